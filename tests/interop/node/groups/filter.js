'use strict';
const {ts, single, composite, equal, rejected} = require('../support');

const C = ts.ComparatorType;
const {AND, OR, NOT} = ts.LogicalOperator;
const ROWS = [1n, 2n, 3n, 4n, 5n, 6n].map((n) => [['a', n], [['n', n], ['half', Number(n) / 2], ['name', `row${n}`], ['even', n % 2n === 0n]]]);
const ids = async (w, table, columnFilter) => (await w.range(table, {columnFilter}))[0].map(([, id]) => id);

module.exports = {
  async single_comparators(w) {
    const table = await w.filled(ROWS);
    const expected = [[C.EQUAL, [3]], [C.NOT_EQUAL, [1, 2, 4, 5, 6]], [C.GREATER_THAN, [4, 5, 6]], [C.GREATER_EQUAL, [3, 4, 5, 6]], [C.LESS_THAN, [1, 2]], [C.LESS_EQUAL, [1, 2, 3]]];
    for (const [comparator, passing] of expected) equal([comparator, await ids(w, table, single('n', 3n, comparator))], [comparator, passing]);
  },

  async single_types(w) {
    const table = await w.filled(ROWS);
    equal(await ids(w, table, single('half', 2.5, C.GREATER_EQUAL)), [5, 6]);
    equal(await ids(w, table, single('name', 'row2', C.EQUAL)), [2]);
    equal(await ids(w, table, single('even', true, C.EQUAL)), [2, 4, 6]);
  },

  async pass_if_missing(w) {
    const table = await w.filled([[['a', 1], [['x', 1n]]], [['a', 2], [['y', 1n]]]]);
    equal(await ids(w, table, single('x', 1n, C.EQUAL, true)), [1, 2]);
    equal(await ids(w, table, single('x', 1n, C.EQUAL, false)), [1]);
  },

  async latest_version_only(w) {
    const table = await w.table({maxVersions: 3});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], [['n', 1n, now - 20], ['n', 2n, now - 10]]);
    equal(await w.get(table, ['a', 1], {maxVersions: 3, columnFilter: single('n', 1n, C.EQUAL, true, true)}), null);
    equal((await w.get(table, ['a', 1], {maxVersions: 3, columnFilter: single('n', 1n, C.EQUAL, true, false)})).map(([, value]) => value), [2n, 1n]);
  },

  async composite(w) {
    const table = await w.filled(ROWS);
    const small = single('n', 3n, C.LESS_EQUAL), even = single('even', true, C.EQUAL);
    equal(await ids(w, table, composite(AND, small, even)), [2]);
    equal(await ids(w, table, composite(OR, small, even)), [1, 2, 3, 4, 6]);
    equal(await ids(w, table, composite(NOT, even)), [1, 3, 5]);
    equal(await ids(w, table, composite(AND, composite(NOT, small), composite(OR, even, single('n', 5n, C.EQUAL)))), [4, 5, 6]);
  },

  async get_row_filtered_out(w) {
    const table = await w.filled([[['a', 1], [['n', 1n]]]]);
    equal(await w.get(table, ['a', 1], {columnFilter: single('n', 2n, C.EQUAL)}), null);
    equal(await w.values(table, ['a', 1], {columnFilter: single('n', 1n, C.EQUAL)}), {n: 1n});
  },

  async limit_counts_passing_rows(w) {
    const table = await w.filled(ROWS);
    equal(await w.range(table, {columnFilter: single('even', true, C.EQUAL), limit: 2}), [[['a', 2], ['a', 4]], ['a', 5]]);
  },

  async pagination(w) {
    const table = await w.filled([[['a', 1], [...'abcde'].map((name) => [name, name])]]);
    const page = async (limit, offset) => Object.keys(await w.values(table, ['a', 1], {columnFilter: new ts.ColumnPaginationFilter(limit, offset)}));
    equal(await page(2, 0), ['a', 'b']);
    equal(await page(2, 2), ['c', 'd']);
    equal(await page(9, 3), ['d', 'e']);
  },

  async pagination_after_columns_to_get(w) {
    const table = await w.filled([[['a', 1], [...'abcde'].map((name) => [name, name])]]);
    const columnFilter = new ts.ColumnPaginationFilter(2, 1);
    equal(Object.keys(await w.values(table, ['a', 1], {columnFilter, columnsToGet: ['e', 'a', 'c']})), ['c', 'e']);
  },

  async too_many_conditions_refused(w) {
    const table = await w.filled(ROWS);
    const parts = Array.from({length: 11}, (_, n) => single('n', BigInt(n), C.EQUAL));
    equal(await ids(w, table, composite(OR, ...parts.slice(0, 10))), [1, 2, 3, 4, 5, 6]);
    await rejected(() => ids(w, table, composite(OR, ...parts)), 400, 'OTSParameterInvalid', '10');
  },
};
