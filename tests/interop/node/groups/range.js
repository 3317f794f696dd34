'use strict';
const {ts, IGNORE, keyOf, plain, columnsOf, valuesOf, equal, rejected} = require('../support');

const KEYS = [['a', 1], ['a', 2], ['b', 1], ['b', 5], ['c', -3]];
const ROWS = KEYS.map((key) => [key, [['c', key.join('')]]]);
const {INF_MIN: LOW, INF_MAX: HIGH} = ts;

// All pages of a range, joined, and the sizes of each.
async function readAll(w, table, options) {
  const keys = [], sizes = [];
  for (let start = [LOW, LOW]; start;) {
    const [page, next] = await w.range(table, {...options, start});
    keys.push(...page);
    sizes.push(page.length);
    start = next;
  }
  return [keys, sizes];
}

module.exports = {
  async forward_all(w) {
    equal(await w.range(await w.filled(ROWS)), [KEYS, null]);
  },

  async backward_all(w) {
    equal(await w.range(await w.filled(ROWS), {backward: true}), [[...KEYS].reverse(), null]);
  },

  async values_of_rows(w) {
    const {rows} = await w.getRange(await w.filled(ROWS));
    equal(rows.map((row) => valuesOf(row.attributes)), KEYS.map((key) => ({c: key.join('')})));
  },

  async start_is_inside_end_is_not(w) {
    const table = await w.filled(ROWS);
    equal(await w.range(table, {start: ['a', 2], end: ['b', 5]}), [[['a', 2], ['b', 1]], null]);
    equal(await w.range(table, {start: ['b', 5], end: ['a', 2], backward: true}), [[['b', 5], ['b', 1]], null]);
  },

  async one_partition_key(w) {
    const table = await w.filled(ROWS);
    equal(await w.range(table, {start: ['b', LOW], end: ['b', HIGH]}), [[['b', 1], ['b', 5]], null]);
    equal(await w.range(table, {start: ['b', HIGH], end: ['b', LOW], backward: true}), [[['b', 5], ['b', 1]], null]);
  },

  async forward_limit(w) {
    const table = await w.filled(ROWS);
    equal(await w.range(table, {limit: 2}), [KEYS.slice(0, 2), ['b', 1]]);
    equal(await w.range(table, {start: ['b', 1], limit: 2}), [KEYS.slice(2, 4), ['c', -3]]);
    equal(await w.range(table, {start: ['c', -3], limit: 2}), [KEYS.slice(4), null]);
  },

  async backward_limit(w) {
    const table = await w.filled(ROWS);
    equal(await w.range(table, {backward: true, limit: 2}), [[['c', -3], ['b', 5]], ['b', 1]]);
    equal(await w.range(table, {start: ['b', 1], backward: true, limit: 2}), [[['b', 1], ['a', 2]], ['a', 1]]);
  },

  async pages_join_without_gap(w) {
    const expected = Array.from({length: 25}, (_, n) => ['p', n]);
    const table = await w.filled(expected.map((key) => [key, [['n', 1n]]]));
    equal(await readAll(w, table, {limit: 7}), [expected, [7, 7, 7, 4]]);
  },

  async empty_range(w) {
    equal(await w.range(await w.filled(ROWS), {start: ['a', 3], end: ['b', 1]}), [[], null]);
    equal(await w.range(await w.table()), [[], null]);
  },

  async columns_to_get(w) {
    const table = await w.filled([[['a', 1], [['x', 1n], ['y', 2n]]], [['a', 2], [['y', 3n]]]]);
    const {rows} = await w.getRange(table, {columnsToGet: ['x', 'pk']});
    equal(rows.map((row) => [plain(row.primaryKey), valuesOf(row.attributes)]), [[['a', 1], {x: 1n}], [['a', 2], {}]]);
  },

  async max_versions(w) {
    const table = await w.table({maxVersions: 3});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], [1, 2, 3].map((n) => ['c', BigInt(n), now - n]));
    const {rows} = await w.getRange(table, {maxVersions: 2});
    equal(rows[0].attributes.map((cell) => cell.columnValue.toString()), ['1', '2']);
  },

  async key_order_by_bytes(w) {
    const texts = ['', 'A', 'Z', 'a', 'aa', 'b', 'é', '世', '🌍'];
    let table = await w.filled([...texts].reverse().map((text) => [[text, 0], [['c', 1n]]]));
    equal((await w.range(table))[0].map(([text]) => text), texts);
    const numbers = [-(2n ** 63n), -1, 0, 1, 2n ** 63n - 1n];
    table = await w.filled([...numbers].reverse().map((number) => [['n', number], [['c', 1n]]]));
    equal((await w.range(table))[0].map(([, number]) => number), numbers);
  },

  async wrong_order_refused(w) {
    const table = await w.filled(ROWS);
    await rejected(() => w.range(table, {start: ['b', 1], end: ['a', 1]}), 400, 'OTSParameterInvalid');
    await rejected(() => w.range(table, {start: ['a', 1], end: ['b', 1], backward: true}), 400, 'OTSParameterInvalid');
  },

  async cut_at_5000_rows(w) {
    const tableName = await w.table();
    for (let start = 0; start < 5200; start += 200) {
      const rows = Array.from({length: 200}, (_, i) => ({
        type: 'PUT', condition: IGNORE, primaryKey: keyOf('p', start + i), attributeColumns: columnsOf([['n', 1n]]),
      }));
      const answer = await w.client.batchWriteRow({tables: [{tableName, rows}]});
      equal(answer.tables.every((row) => row.isOk), true);
    }
    equal((await readAll(w, tableName))[1], [5000, 200]);
  },

  async cut_at_4_megabytes(w) {
    const expected = Array.from({length: 5}, (_, n) => ['p', n]);
    const table = await w.filled(expected.map((key) => [key, [['c', 'x'.repeat(1500000)]]]));
    const [keys, sizes] = await readAll(w, table);
    equal(keys, expected);
    equal(sizes.length > 1 && Math.max(...sizes) <= 3, true);
  },
};
