'use strict';
const {ts, IGNORE, KEYS, plain, columnsOf, when, equal, rejected} = require('../support');

const keys = [KEYS[0], {name: 'id', type: 'INTEGER', option: 'AUTO_INCREMENT'}];
const returnContent = {returnType: ts.ReturnType.Primarykey};
const generated = (partition) => [{pk: partition}, {id: ts.PK_AUTO_INCR}];

async function add(w, tableName, partition, columns = []) {
  const {row} = await w.client.putRow({tableName, condition: IGNORE, primaryKey: generated(partition), attributeColumns: columnsOf(columns), returnContent});
  const [pk, id] = plain(row.primaryKey);
  equal(pk, partition);
  return id;
}

module.exports = {
  async put_returns_the_key(w) {
    const table = await w.table({keys});
    const id = await add(w, table, 'a', [['c', 'text']]);
    equal(id > 0, true);
    equal(await w.values(table, ['a', id]), {c: 'text'});
  },

  async keys_rise(w) {
    const table = await w.table({keys});
    const ids = [];
    for (let n = 0n; n < 10n; n++) ids.push(await add(w, table, 'a', [['n', n]]));
    equal(ids, [...new Set(ids)].sort((a, b) => Number(BigInt(a) - BigInt(b))));
    equal((await w.range(table))[0], ids.map((id) => ['a', id]));
  },

  async keys_are_not_used_again(w) {
    const table = await w.table({keys});
    const first = await add(w, table, 'a');
    await w.delete(table, ['a', first]);
    equal((await add(w, table, 'a')) > first, true);
  },

  async batch_write(w) {
    const tableName = await w.table({keys});
    const rows = [0n, 1n, 2n].map((n) => ({type: 'PUT', condition: IGNORE, primaryKey: generated('a'), attributeColumns: columnsOf([['n', n]]), returnContent}));
    const answer = await w.client.batchWriteRow({tables: [{tableName, rows}]});
    const returned = answer.tables.map((item) => plain(item.primaryKey));
    equal((await w.range(tableName))[0], returned);
    for (const [n, key] of returned.entries()) equal(await w.values(tableName, key), {n: BigInt(n)});
  },

  async existing_row_updates(w) {
    const table = await w.table({keys});
    const id = await add(w, table, 'a', [['c', 1n]]);
    await w.update(table, ['a', id], {put: [['c', 2n]]}, {condition: when(ts.RowExistenceExpectation.EXPECT_EXIST)});
    equal(await w.values(table, ['a', id]), {c: 2n});
  },

  async first_key_column_refused(w) {
    const auto = (name, type = 'INTEGER') => ({name, type, option: 'AUTO_INCREMENT'});
    for (const bad of [[auto('id')], [KEYS[0], auto('id', 'STRING')], [KEYS[0], auto('a'), auto('b')]]) await rejected(() => w.table({keys: bad}), 400, 'OTSParameterInvalid', 'AUTO_INCREMENT');
  },
};
