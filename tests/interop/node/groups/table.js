'use strict';
const {ts, equal, rejected} = require('../support');

const PK = [{name: 'pk', type: 'STRING'}];
const optionsOf = (table) => [table.tableOptions.timeToLive, table.tableOptions.maxVersions, Number(table.tableOptions.deviationCellVersionInSec)];
const unitOf = (table) => {
  const {read, write} = table.reservedThroughputDetails.capacityUnit;
  return [read, write];
};
const keysOf = (table) => table.tableMeta.primaryKey.map(({name, type, option}) => [name, type, option]);

module.exports = {
  async create_describe_all_options(w) {
    const keys = [{name: 'text', type: 'STRING'}, {name: 'number', type: 'INTEGER'}, {name: 'bytes', type: 'BINARY'}, {name: 'serial', type: 'INTEGER', option: 'AUTO_INCREMENT'}];
    const definedColumn = [{name: 's', type: 4}, {name: 'i', type: 1}, {name: 'd', type: 2}, {name: 'b', type: 3}];
    const tableName = await w.table({keys, definedColumn, throughput: {read: 3, write: 2}, timeToLive: 172800, maxVersions: 7, maxTimeDeviation: 3600});
    const table = await w.client.describeTable({tableName});
    equal(table.tableMeta.tableName, tableName);
    const {STRING, INTEGER, BINARY} = ts.PrimaryKeyType;
    equal(keysOf(table).slice(0, 3).map((key) => key.slice(0, 2)), [['text', STRING], ['number', INTEGER], ['bytes', BINARY]]);
    equal(keysOf(table)[3], ['serial', INTEGER, ts.PrimaryKeyOption.AUTO_INCREMENT]);
    equal(table.tableMeta.definedColumn.map(({name, type}) => ({name, type})), definedColumn);
    equal(optionsOf(table), [172800, 7, 3600]);
    equal(unitOf(table), [3, 2]);
  },

  async create_default_options(w) {
    const table = await w.client.describeTable({tableName: await w.table()});
    equal(optionsOf(table), [-1, 1, 86400]);
    equal(table.indexMetas, []);
  },

  async create_disallowing_updates(w) {
    equal((await w.client.describeTable({tableName: await w.table({allowUpdate: false})})).tableOptions.allowUpdate, false);
  },

  async create_with_stream(w) {
    const tableName = await w.table({stream: {enableStream: true, expirationTime: 24}});
    const {streamDetails} = await w.client.describeTable({tableName});
    equal([streamDetails.enableStream, streamDetails.expirationTime], [true, 24]);
    equal(streamDetails.streamId.startsWith(tableName + '_'), true);
    equal(Number(streamDetails.lastEnableTime) > 1.5e15, true);
    equal((await w.client.describeTable({tableName: await w.table()})).streamDetails, null);
  },

  async create_twice_refused(w) {
    const name = await w.table();
    await rejected(() => w.create(name), 409, 'OTSObjectAlreadyExist', 'already exist');
  },

  async invalid_names_refused(w) {
    for (const name of ['', '1st', 'a-b', 'a b', '表', 'x'.repeat(256)]) await rejected(() => w.create(name), 400, 'OTSParameterInvalid', 'Invalid table name');
    await rejected(() => w.table({keys: [{name: 'no-key', type: 'STRING'}]}), 400, 'OTSParameterInvalid', 'no-key');
  },

  async longest_name(w) {
    const tableName = await w.create('x'.repeat(255), {keys: [{name: 'k'.repeat(255), type: 'STRING'}]});
    equal(keysOf(await w.client.describeTable({tableName})).map(([name]) => name), ['k'.repeat(255)]);
  },

  async key_column_count_refused(w) {
    for (const count of [0, 5]) {
      const keys = Array.from({length: count}, (_, i) => ({name: `k${i}`, type: 'STRING'}));
      await rejected(() => w.table({keys}), 400, 'OTSParameterInvalid', 'primary key');
    }
  },

  async duplicate_columns_refused(w) {
    await rejected(() => w.table({keys: [{name: 'a', type: 'STRING'}, {name: 'a', type: 'INTEGER'}]}), 400, 'OTSParameterInvalid');
    await rejected(() => w.table({keys: [{name: 'a', type: 'STRING'}], definedColumn: [{name: 'a', type: 4}]}), 400, 'OTSParameterInvalid');
  },

  async invalid_options_refused(w) {
    for (const options of [{timeToLive: 86399}, {timeToLive: 0}, {maxVersions: 0}, {maxTimeDeviation: -1}]) await rejected(() => w.table(options), 400, 'OTSParameterInvalid');
  },

  async stream_expiration_refused(w) {
    for (const expirationTime of [0, 169]) await rejected(() => w.table({stream: {enableStream: true, expirationTime}}), 400, 'OTSParameterInvalid', '[1, 168]');
  },

  async list_sorted(w) {
    const names = [await w.table(), await w.table(), await w.table()];
    const {tableNames} = await w.client.listTable({});
    equal(tableNames, [...names].sort());
  },

  async update_options(w) {
    const tableName = await w.table();
    const answer = await w.client.updateTable({tableName, tableOptions: {timeToLive: 90000, maxVersions: 5, maxTimeDeviation: 7200}});
    equal(optionsOf(answer), [90000, 5, 7200]);
    equal(optionsOf(await w.client.describeTable({tableName})), [90000, 5, 7200]);
  },

  async update_throughput(w) {
    const tableName = await w.table();
    const answer = await w.client.updateTable({tableName, tableOptions: {}, reservedThroughput: {capacityUnit: {read: 11, write: 12}}});
    equal(unitOf(answer), [11, 12]);
    equal(unitOf(await w.client.describeTable({tableName})), [11, 12]);
  },

  async update_stream_off_and_on(w) {
    const tableName = await w.table({stream: {enableStream: true, expirationTime: 24}});
    const first = (await w.client.describeTable({tableName})).streamDetails.streamId;
    await w.client.updateTable({tableName, tableOptions: {}, streamSpecification: {enableStream: false}});
    const off = (await w.client.describeTable({tableName})).streamDetails;
    equal(off === null || off.enableStream === false, true);
    const answer = await w.client.updateTable({tableName, tableOptions: {}, streamSpecification: {enableStream: true, expirationTime: 48}});
    equal([answer.streamDetails.enableStream, answer.streamDetails.expirationTime], [true, 48]);
    equal(answer.streamDetails.streamId !== first, true);
    equal((await w.client.describeTable({tableName})).streamDetails.streamId, answer.streamDetails.streamId);
  },

  async update_missing_refused(w) {
    await rejected(() => w.client.updateTable({tableName: 'nothing_here', tableOptions: {maxVersions: 2}}), 404, 'OTSObjectNotExist', 'does not exist');
  },

  async delete_then_missing(w) {
    const tableName = await w.filled([[['a', 1], [['c', 1n]]]]);
    await w.client.deleteTable({tableName});
    equal((await w.client.listTable({})).tableNames, []);
    await rejected(() => w.client.describeTable({tableName}), 404, 'OTSObjectNotExist', 'does not exist');
    await rejected(() => w.client.deleteTable({tableName}), 404, 'OTSObjectNotExist', 'does not exist');
  },

  async recreate_is_empty(w) {
    const tableName = await w.filled([[['a', 1], [['c', 1n]]]]);
    await w.client.deleteTable({tableName});
    await w.create(tableName);
    equal(await w.range(tableName), [[], null]);
  },

  async over_64_refused(w) {
    for (let i = 0; i < 64; i++) await w.table({keys: PK});
    await rejected(() => w.table({keys: PK}), 403, 'OTSQuotaExhausted', '64');
    equal((await w.client.listTable({})).tableNames.length, 64);
  },
};
