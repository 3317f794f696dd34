'use strict';
const {ts, IGNORE, keyOf, plain, columnsOf, changesOf, valuesOf, when, single, equal, rejected} = require('../support');

const C = ts.ComparatorType;
const EXISTS = when(ts.RowExistenceExpectation.EXPECT_EXIST);
const read = async (w, ...tables) => (await w.client.batchGetRow({tables})).tables;
const of = (tableName, keys, more = {}) => ({tableName, primaryKey: keys.map((key) => keyOf(...key)), ...more});
const found = (items) => items.map((item) => (item.primaryKey ? [plain(item.primaryKey), valuesOf(item.attributes)] : null));
const write = async (w, tables) => (await w.client.batchWriteRow({tables: Object.entries(tables).map(([tableName, rows]) => ({tableName, rows}))})).tables;
const put = (key, columns, more = {}) => ({type: 'PUT', condition: IGNORE, primaryKey: keyOf(...key), attributeColumns: columnsOf(columns), ...more});
const update = (key, changes, more = {}) => ({type: 'UPDATE', condition: IGNORE, primaryKey: keyOf(...key), attributeColumns: changesOf(changes), ...more});
const remove = (key, more = {}) => ({type: 'DELETE', condition: IGNORE, primaryKey: keyOf(...key), ...more});
const outcomes = (items) => items.map(({isOk, errorCode}) => [isOk, errorCode]);
const count = (n, make) => Array.from({length: n}, (_, i) => make(i));

module.exports = {
  async get_from_several_tables(w) {
    const one = await w.filled([[['a', 1], [['c', 1n]]], [['a', 2], [['c', 2n]]]]), two = await w.filled([[['a', 1], [['c', 'other']]]]);
    const tables = await read(w, of(one, [['a', 2], ['a', 1]]), of(two, [['a', 1]]));
    equal(tables.map(found), [[[['a', 2], {c: 2n}], [['a', 1], {c: 1n}]], [[['a', 1], {c: 'other'}]]]);
    equal(tables.map((items) => items[0].tableName), [one, two]);
  },

  async get_missing_row(w) {
    const [items] = await read(w, of(await w.filled([[['a', 1], [['c', 1n]]]]), [['a', 1], ['a', 2]]));
    equal(outcomes(items), [[true, null], [true, null]]);
    equal(found(items), [[['a', 1], {c: 1n}], null]);
  },

  async get_columns_filter_versions(w) {
    const table = await w.table({maxVersions: 3});
    const now = await w.nowMs();
    for (const n of [1n, 2n]) await w.put(table, ['a', n], [['n', n], ['c', 'new', now - 1], ['c', 'old', now - 2], ['d', 1n]]);
    const [items] = await read(w, of(table, [['a', 1], ['a', 2]], {columnsToGet: ['n', 'c'], columnFilter: single('n', 2n, C.EQUAL), maxVersions: 2}));
    equal(items[0].primaryKey, null);
    equal(items[1].attributes.map((cell) => [cell.columnName, String(cell.columnValue)]), [['c', 'new'], ['c', 'old'], ['n', '2']]);
  },

  async get_missing_table_fails_its_rows(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const [good, bad] = await read(w, of(table, [['a', 1]]), of('nothing_here', [['a', 1]]));
    equal(found(good), [[['a', 1], {c: 1n}]]);
    equal(outcomes(bad), [[false, 'OTSObjectNotExist']]);
  },

  async get_wrong_key_fails_its_row(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const [items] = await read(w, of(table, [['a', 'text'], ['a', 1]]));
    equal(outcomes(items), [[false, 'OTSInvalidPK'], [true, null]]);
  },

  async get_over_100_rows_refused(w) {
    const table = await w.table();
    equal((await read(w, of(table, count(100, (n) => ['a', n]))))[0].length, 100);
    await rejected(() => read(w, of(table, count(101, (n) => ['a', n]))), 400, 'OTSParameterInvalid', '100');
  },

  async write_put_update_delete(w) {
    const table = await w.filled([[['a', 2], [['x', 1n], ['n', 1n]]], [['a', 3], [['x', 1n]]]]);
    const items = await write(w, {[table]: [put(['a', 1], [['x', 'put']]), update(['a', 2], {put: [['y', true]], deleteAll: ['x'], increment: [['n', 4n]]}), remove(['a', 3])]});
    equal(outcomes(items), [[true, null], [true, null], [true, null]]);
    equal([await w.values(table, ['a', 1]), await w.values(table, ['a', 2]), await w.values(table, ['a', 3])], [{x: 'put'}, {n: 5n, y: true}, null]);
  },

  async write_several_tables(w) {
    const one = await w.table(), two = await w.table();
    const items = await write(w, {[one]: [put(['a', 1], [['c', 1n]])], [two]: [put(['a', 1], [['c', 2n]])]});
    equal(items.map(({isOk, tableName}) => [isOk, tableName]), [[true, one], [true, two]]);
    equal([await w.values(one, ['a', 1]), await w.values(two, ['a', 1])], [{c: 1n}, {c: 2n}]);
  },

  async write_conditions_fail_per_row(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const condition = EXISTS;
    const items = await write(w, {[table]: [update(['a', 2], {put: [['c', 2n]]}, {condition}), update(['a', 1], {put: [['c', 3n]]}, {condition}), put(['a', 4], [['c', 4n]])]});
    equal(outcomes(items), [[false, 'OTSConditionCheckFail'], [true, null], [true, null]]);
    equal([await w.values(table, ['a', 1]), await w.values(table, ['a', 2]), await w.values(table, ['a', 4])], [{c: 3n}, null, {c: 4n}]);
  },

  async write_errors_have_messages(w) {
    const table = await w.filled([[['a', 1], [['c', 'text']]]]);
    const items = await write(w, {[table]: [put(['a', 'text'], [['c', 1n]]), update(['a', 1], {increment: [['c', 1n]]})]});
    equal(outcomes(items), [[false, 'OTSInvalidPK'], [false, 'OTSParameterInvalid']]);
    equal([items[0].errorMessage.includes('id'), items[1].errorMessage.includes("'c'")], [true, true]);
  },

  async write_missing_table_fails_its_rows(w) {
    const table = await w.table();
    const items = await write(w, {[table]: [put(['a', 1], [['c', 1n]])], nothing_here: [put(['a', 1], [['c', 1n]])]});
    equal(outcomes(items), [[true, null], [false, 'OTSObjectNotExist']]);
    equal(await w.values(table, ['a', 1]), {c: 1n});
  },

  async write_column_condition(w) {
    const table = await w.filled([[['a', 1], [['n', 1n]]], [['a', 2], [['n', 2n]]]]);
    const condition = when(ts.RowExistenceExpectation.IGNORE, single('n', 1n, C.EQUAL));
    equal(outcomes(await write(w, {[table]: [remove(['a', 1], {condition}), remove(['a', 2], {condition})]})), [[true, null], [false, 'OTSConditionCheckFail']]);
    equal((await w.range(table))[0], [['a', 2]]);
  },

  async write_returns_keys(w) {
    const table = await w.table();
    const returnContent = {returnType: ts.ReturnType.Primarykey};
    const items = await write(w, {[table]: [put(['a', 1], [['c', 1n]], {returnContent}), put(['a', 2], [['c', 1n]])]});
    equal(items.map((item) => item.primaryKey && plain(item.primaryKey)), [['a', 1], null]);
  },

  async write_returns_after_modify(w) {
    const table = await w.filled([[['a', 1], [['n', 40n], ['m', 1n]]]]);
    const returnContent = {returnType: ts.ReturnType.AfterModify, returnColumns: ['n']};
    const [item] = await write(w, {[table]: [update(['a', 1], {increment: [['n', 2n]]}, {returnContent})]});
    equal(valuesOf(item.attributes), {n: 42n});
  },

  async write_over_200_rows_refused(w) {
    const table = await w.table();
    equal((await write(w, {[table]: count(200, (n) => put(['a', n], [['c', 1n]]))})).every((item) => item.isOk), true);
    await rejected(() => write(w, {[table]: count(201, (n) => put(['b', n], [['c', 1n]]))}), 400, 'OTSParameterInvalid', '200');
    equal((await w.range(table))[0].length, 200);
  },

  async write_consumed_capacity(w) {
    const table = await w.table();
    const items = await write(w, {[table]: [put(['a', 1], [['c', 'x'.repeat(9000)]]), put(['a', 2], [['c', 1n]])]});
    equal(items.map(({capacityUnit}) => [capacityUnit.read, capacityUnit.write]), [[0, 3], [0, 1]]);
  },
};
