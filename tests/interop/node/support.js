// What the cases share: a client, tables of their own, the control API, comparisons.
// Integers are BigInt here, doubles are numbers; only in keys a number means an integer.
'use strict';

const assert = require('assert');
const ts = require('tablestore');
const {Int64LE} = require('int64-buffer');

const ANY = ts.RowExistenceExpectation.IGNORE;
// Most tables have a partition key and a second key column, to have ranges within a partition.
const KEYS = [{name: 'pk', type: 'STRING'}, {name: 'id', type: 'INTEGER'}];

const integer = (value) => ts.Long.fromString(String(value));
const toSdk = (value) => (typeof value === 'bigint' ? integer(value) : value);
const fromSdk = (value) => (value instanceof Int64LE ? BigInt(value.toString()) : value);

const keyOf = (pk, id) => [{pk: pk}, {id: typeof id === 'number' || typeof id === 'bigint' ? integer(id) : id}];
// [pk, id] of a key as the SDK gives it; undefined stays.
const plain = (key) => key && key.map((column) => fromSdk(column.value)).map((value) => (typeof value === 'bigint' && -(2n ** 53n) < value && value < 2n ** 53n ? Number(value) : value));
// [[name, value, version?], ...] -> as PutRow and PUT of UpdateRow take them.
const columnsOf = (columns) => columns.map(([name, value, version]) => (version === undefined ? {[name]: toSdk(value)} : {[name]: toSdk(value), timestamp: version}));
const cellsOf = (attributes) => attributes.map((cell) => [cell.columnName, fromSdk(cell.columnValue), Number(fromSdk(cell.timestamp))]);
const valuesOf = (attributes) => {
  const values = {};
  for (const [name, value] of cellsOf(attributes)) if (!(name in values)) values[name] = value;
  return values;
};
// {put: [[name, value, version?]], delete: [[name, version]], deleteAll: [name], increment: [[name, value]]} -> as UpdateRow takes it.
const changesOf = (changes) => {
  const out = [];
  if (changes.put) out.push({PUT: columnsOf(changes.put)});
  if (changes.delete) out.push({DELETE: changes.delete.map(([name, version]) => ({[name]: version}))});
  if (changes.deleteAll) out.push({DELETE_ALL: changes.deleteAll});
  if (changes.increment) out.push({INCREMENT: changes.increment.map(([name, value]) => ({[name]: toSdk(value)}))});
  return out;
};
const when = (existence, column) => new ts.Condition(existence, column);
const IGNORE = when(ANY);
const single = (name, value, comparator, passIfMissing, latestOnly) =>
  new ts.SingleColumnCondition(name, toSdk(value), comparator, passIfMissing, latestOnly);
const composite = (operator, ...parts) => {
  const out = new ts.CompositeCondition(operator);
  parts.forEach((part) => out.addSubCondition(part));
  return out;
};

const equal = (actual, expected) => assert.deepStrictEqual(actual, expected);

// `call` must be refused with this status, and a message that holds the service's code and each of `texts`. The SDK shows the answer's
// status as the code and its whole body, with the request id, as the message.
async function rejected(call, status, code, ...texts) {
  let result;
  try {
    result = await call();
  } catch (error) {
    equal(error.code, status);
    for (const text of [code, ...texts, 'requestId:']) assert.ok(error.message.includes(text), `expected a message with "${text}", got "${error.message}"`);
    assert.match(error.headers['x-ots-requestid'], /\S{8,}/);
    return;
  }
  assert.fail(`expected ${code}, got ${JSON.stringify(result)}`);
}

class World {
  constructor() {
    this.endpoint = process.env.OTS_ENDPOINT;
    this.client = this.connect();
    this.tables = 0;
  }

  connect(changes = {}) {
    return new ts.Client({
      endpoint: this.endpoint, instancename: process.env.OTS_INSTANCE, accessKeyId: process.env.OTS_ACCESS_ID,
      secretAccessKey: process.env.OTS_ACCESS_KEY, maxRetries: 0, ...changes,
    });
  }

  newName() {
    return `interop_${++this.tables}`;
  }

  async create(tableName, {keys = KEYS, definedColumn, throughput = {read: 0, write: 0}, stream, indexes, ...options} = {}) {
    await this.client.createTable({
      tableMeta: {tableName, primaryKey: keys, definedColumn},
      reservedThroughput: {capacityUnit: throughput},
      tableOptions: {timeToLive: -1, maxVersions: 1, ...options},
      streamSpecification: stream,
      indexMetas: indexes,
    });
    return tableName;
  }

  table(options) {
    return this.create(this.newName(), options);
  }

  // A new table with [[[pk, id], columns], ...].
  async filled(rows, options) {
    const table = await this.table(options);
    for (const [key, columns] of rows) await this.put(table, key, columns);
    return table;
  }

  async dropTables() {
    for (const tableName of (await this.client.listTable({})).tableNames) await this.client.deleteTable({tableName});
  }

  put(tableName, key, columns = [], more = {}) {
    return this.client.putRow({tableName, condition: IGNORE, primaryKey: keyOf(...key), attributeColumns: columnsOf(columns), ...more});
  }

  update(tableName, key, changes, more = {}) {
    return this.client.updateRow({tableName, condition: IGNORE, primaryKey: keyOf(...key), updateOfAttributeColumns: changesOf(changes), ...more});
  }

  delete(tableName, key, more = {}) {
    return this.client.deleteRow({tableName, condition: IGNORE, primaryKey: keyOf(...key), ...more});
  }

  // [[name, value, version], ...] of a row, or null without one.
  async get(tableName, key, more = {}) {
    const {row} = await this.client.getRow({tableName, primaryKey: keyOf(...key), ...more});
    return row.primaryKey ? cellsOf(row.attributes) : null;
  }

  // {name: value} of the newest versions of a row, or null without one.
  async values(tableName, key, more = {}) {
    const {row} = await this.client.getRow({tableName, primaryKey: keyOf(...key), ...more});
    return row.primaryKey ? valuesOf(row.attributes) : null;
  }

  // The answer of one GetRange; without bounds the whole table.
  getRange(tableName, {start, end, backward = false, ...more} = {}) {
    const low = [ts.INF_MIN, ts.INF_MIN], high = [ts.INF_MAX, ts.INF_MAX];
    const [first, last] = backward ? [high, low] : [low, high];
    return this.client.getRange({
      tableName, direction: backward ? 'BACKWARD' : 'FORWARD', inclusiveStartPrimaryKey: keyOf(...(start || first)),
      exclusiveEndPrimaryKey: keyOf(...(end || last)), ...more,
    });
  }

  // [keys, next start key or null].
  async range(tableName, options) {
    const answer = await this.getRange(tableName, options);
    return [answer.rows.map((row) => plain(row.primaryKey)), plain(answer.nextStartPrimaryKey)];
  }

  async control(path, body) {
    const answer = await fetch(`${this.endpoint}/control/${path}`, {
      method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: {'x-otsstream-control-key': process.env.OTS_CONTROL_KEY},
    });
    assert.strictEqual(answer.status, 200);
    return answer.json();
  }

  // Data time, which other cases may have moved ahead.
  async nowMs() {
    return Math.floor((await this.control('clock')).now_us / 1000);
  }
}

module.exports = {World, KEYS, IGNORE, ts, integer, fromSdk, keyOf, plain, columnsOf, cellsOf, valuesOf, changesOf, when, single, composite, equal, rejected};
