'use strict';
const {ts, when, single, composite, equal, rejected} = require('../support');

const {IGNORE: ANY, EXPECT_EXIST: EXISTS, EXPECT_NOT_EXIST: ABSENT} = ts.RowExistenceExpectation;
const C = ts.ComparatorType;
const fails = (call) => rejected(call, 403, 'OTSConditionCheckFail', 'Condition check failed');
const given = (...condition) => ({condition: when(ANY, single(...condition))});

module.exports = {
  async expect_exist(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const condition = when(EXISTS);
    await w.put(table, ['a', 1], [['c', 2n]], {condition});
    equal(await w.values(table, ['a', 1]), {c: 2n});
    await fails(() => w.put(table, ['a', 2], [['c', 2n]], {condition}));
    await fails(() => w.update(table, ['a', 2], {put: [['c', 2n]]}, {condition}));
    await fails(() => w.delete(table, ['a', 2], {condition}));
    equal(await w.get(table, ['a', 2]), null);
  },

  async expect_not_exist(w) {
    const table = await w.table();
    const condition = when(ABSENT);
    await w.put(table, ['a', 1], [['c', 1n]], {condition});
    await fails(() => w.put(table, ['a', 1], [['c', 2n]], {condition}));
    equal(await w.values(table, ['a', 1]), {c: 1n});
  },

  async expect_not_exist_is_for_put_only(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const condition = when(ABSENT);
    await rejected(() => w.update(table, ['a', 2], {put: [['c', 1n]]}, {condition}), 400, 'OTSParameterInvalid', 'EXPECT_NOT_EXIST');
    await rejected(() => w.delete(table, ['a', 1], {condition}), 400, 'OTSParameterInvalid', 'EXPECT_NOT_EXIST');
  },

  async column_comparators(w) {
    const table = await w.table();
    const passing = [[C.EQUAL, [5n]], [C.NOT_EQUAL, [4n, 6n]], [C.GREATER_THAN, [6n]], [C.GREATER_EQUAL, [5n, 6n]], [C.LESS_THAN, [4n]], [C.LESS_EQUAL, [4n, 5n]]];
    for (const [comparator, values] of passing) {
      for (const stored of [4n, 5n, 6n]) {
        await w.put(table, ['a', stored], [['n', stored], ['seen', false]]);
        const write = () => w.update(table, ['a', stored], {put: [['seen', true]]}, given('n', 5n, comparator));
        await (values.includes(stored) ? write() : fails(write));
        equal((await w.values(table, ['a', stored])).seen, values.includes(stored));
      }
    }
  },

  async column_types(w) {
    const table = await w.filled([[['a', 1], [['d', 1.5], ['s', 'b'], ['t', true], ['y', Buffer.from([2])]]]]);
    for (const [name, value] of [['d', 1.5], ['s', 'b'], ['t', true], ['y', Buffer.from([2])]])
      await w.update(table, ['a', 1], {put: [['ok_' + name, 1n]]}, given(name, value, C.EQUAL));
    for (const [name, value] of [['d', 1.25], ['s', 'a'], ['t', false], ['y', Buffer.from([1])]])
      await fails(() => w.update(table, ['a', 1], {put: [['bad', 1n]]}, given(name, value, C.EQUAL)));
    equal(Object.keys(await w.values(table, ['a', 1])), ['d', 'ok_d', 'ok_s', 'ok_t', 'ok_y', 's', 't', 'y']);
  },

  async pass_if_missing(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    await w.update(table, ['a', 1], {put: [['c', 2n]]}, given('absent', 1n, C.EQUAL, true));
    await fails(() => w.update(table, ['a', 1], {put: [['c', 3n]]}, given('absent', 1n, C.EQUAL, false)));
    equal(await w.values(table, ['a', 1]), {c: 2n});
  },

  async latest_version_only(w) {
    const table = await w.table({maxVersions: 3});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], [['n', 1n, now - 20], ['n', 2n, now - 10]]);
    await fails(() => w.update(table, ['a', 1], {put: [['c', 1n]]}, given('n', 1n, C.EQUAL, true, true)));
    await w.update(table, ['a', 1], {put: [['c', 1n]]}, given('n', 1n, C.EQUAL, true, false));
    equal((await w.values(table, ['a', 1])).c, 1n);
  },

  async composite(w) {
    const table = await w.filled([[['a', 1], [['x', 1n], ['y', 2n]]]]);
    const x1 = single('x', 1n, C.EQUAL), x2 = single('x', 2n, C.EQUAL), y2 = single('y', 2n, C.EQUAL);
    const {AND, OR, NOT} = ts.LogicalOperator;
    const write = (column) => w.update(table, ['a', 1], {increment: [['n', 1n]]}, {condition: when(EXISTS, column)});
    for (const column of [composite(AND, x1, y2), composite(OR, x2, y2), composite(NOT, x2), composite(AND, composite(OR, x1, x2), composite(NOT, x2))]) await write(column);
    for (const column of [composite(AND, x2, y2), composite(OR, x2, x2), composite(NOT, y2)]) await fails(() => write(column));
    equal((await w.values(table, ['a', 1])).n, 4n);
  },

  async on_put(w) {
    const table = await w.filled([[['a', 1], [['state', 'open']]]]);
    await fails(() => w.put(table, ['a', 1], [['state', 'shut']], given('state', 'shut', C.EQUAL)));
    await w.put(table, ['a', 1], [['state', 'shut']], given('state', 'open', C.EQUAL));
    equal(await w.values(table, ['a', 1]), {state: 'shut'});
  },

  async on_delete(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    await fails(() => w.delete(table, ['a', 1], given('c', 2n, C.EQUAL)));
    equal(await w.values(table, ['a', 1]), {c: 1n});
    await w.delete(table, ['a', 1], given('c', 1n, C.EQUAL));
    equal(await w.get(table, ['a', 1]), null);
  },

  async optimistic_counter(w) {
    const table = await w.filled([[['a', 1], [['n', 0n]]]]);
    for (let expected = 0n; expected < 5n; expected++) {
      await w.update(table, ['a', 1], {put: [['n', expected + 1n]]}, given('n', expected, C.EQUAL, false));
      await fails(() => w.update(table, ['a', 1], {put: [['n', 99n]]}, given('n', expected, C.EQUAL, false)));
    }
    equal(await w.values(table, ['a', 1]), {n: 5n});
  },
};
