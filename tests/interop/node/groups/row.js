'use strict';
const assert = require('assert');
const {ts, IGNORE, integer, plain, valuesOf, equal, rejected} = require('../support');

const ALL_TYPES = [['blob', Buffer.from([0, 255, 1])], ['double', -2.5e-300], ['false', false], ['int', -(2n ** 63n)], ['text', 'Grüße, 世界 🌍'], ['true', true]];
const nameAndValue = (cells) => cells.map(([name, value]) => [name, value]);
const valuesIn = (cells) => cells.map(([, value]) => value);
// Column c with values 1..count, value n written n ms before now.
const versions = (now, count) => Array.from({length: count}, (_, i) => ['c', BigInt(i + 1), now - (i + 1)]);

module.exports = {
  async put_get_all_types(w) {
    const table = await w.table();
    await w.put(table, ['a', 1], ALL_TYPES);
    equal(nameAndValue(await w.get(table, ['a', 1])), ALL_TYPES);
  },

  async put_boundary_values(w) {
    const table = await w.table();
    const columns = [['d0', 0], ['d1', Number.MAX_VALUE], ['d2', Number.MIN_VALUE], ['i0', 0n], ['i1', 2n ** 63n - 1n], ['s0', ''], ['y0', Buffer.alloc(0)]];
    await w.put(table, ['a', 1], columns);
    equal(nameAndValue(await w.get(table, ['a', 1])), columns);
  },

  async put_large_value(w) {
    const table = await w.table();
    const text = 'x'.repeat(2 << 20);
    await w.put(table, ['a', 1], [['c', text]]);
    assert.ok((await w.values(table, ['a', 1])).c === text);
    await rejected(() => w.put(table, ['a', 1], [['c', text + 'x']]), 400, 'OTSParameterInvalid', 'exceeds the MaxLength');
  },

  async put_without_columns(w) {
    const table = await w.table();
    await w.put(table, ['a', 1]);
    equal(await w.range(table), [[['a', 1]], null]);
  },

  async put_replaces_row(w) {
    const table = await w.filled([[['a', 1], [['old', 1n], ['both', 1n]]]]);
    await w.put(table, ['a', 1], [['both', 2n], ['new', 2n]]);
    equal(await w.values(table, ['a', 1]), {both: 2n, new: 2n});
  },

  async key_types(w) {
    const tableName = await w.table({keys: [{name: 's', type: 'STRING'}, {name: 'i', type: 'INTEGER'}, {name: 'y', type: 'BINARY'}]});
    const primaryKey = [{s: 'ключ'}, {i: integer(-(2n ** 63n))}, {y: Buffer.from([0, 254])}];
    await w.client.putRow({tableName, condition: IGNORE, primaryKey, attributeColumns: [{c: 'x'}]});
    const {row} = await w.client.getRow({tableName, primaryKey});
    equal(plain(row.primaryKey), ['ключ', -(2n ** 63n), Buffer.from([0, 254])]);
  },

  async empty_key_values(w) {
    const tableName = await w.table({keys: [{name: 's', type: 'STRING'}, {name: 'y', type: 'BINARY'}]});
    const primaryKey = [{s: ''}, {y: Buffer.alloc(0)}];
    await w.client.putRow({tableName, condition: IGNORE, primaryKey, attributeColumns: [{c: 'x'}]});
    equal(plain((await w.client.getRow({tableName, primaryKey})).row.primaryKey), ['', Buffer.alloc(0)]);
  },

  async get_missing_row(w) {
    equal(await w.get(await w.table(), ['a', 1]), null);
  },

  async version_is_data_time(w) {
    const table = await w.table();
    const before = await w.nowMs();
    await w.put(table, ['a', 1], [['x', 1n], ['y', 2n]]);
    const [x, y] = await w.get(table, ['a', 1]);
    equal(x[2], y[2]);
    assert.ok(before <= x[2] && x[2] <= (await w.nowMs()), `${x[2]}`);
  },

  async explicit_versions(w) {
    const table = await w.table({maxVersions: 3});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], [['c', 'old', now - 20], ['c', 'new', now - 10], ['d', 1n, now - 30]]);
    equal(await w.get(table, ['a', 1], {maxVersions: 9}), [['c', 'new', now - 10], ['c', 'old', now - 20], ['d', 1n, now - 30]]);
  },

  async max_versions_keeps_newest(w) {
    const table = await w.table({maxVersions: 2});
    const now = await w.nowMs();
    for (const age of [30, 10, 40, 20]) await w.update(table, ['a', 1], {put: [['c', BigInt(age), now - age]]});
    equal(await w.get(table, ['a', 1], {maxVersions: 9}), [['c', 10n, now - 10], ['c', 20n, now - 20]]);
  },

  async get_max_versions(w) {
    const table = await w.table({maxVersions: 5});
    await w.put(table, ['a', 1], versions(await w.nowMs(), 3));
    equal(valuesIn(await w.get(table, ['a', 1], {maxVersions: 2})), [1n, 2n]);
    equal(valuesIn(await w.get(table, ['a', 1])), [1n]);
  },

  async get_time_range(w) {
    const table = await w.table({maxVersions: 5});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], versions(now, 4));
    const timeRange = {startTime: now - 3, endTime: now - 1};
    equal(valuesIn(await w.get(table, ['a', 1], {maxVersions: 9, timeRange})), [2n, 3n]);
    equal(valuesIn(await w.get(table, ['a', 1], {maxVersions: 1, timeRange})), [2n]);
  },

  async get_specific_time(w) {
    const table = await w.table({maxVersions: 5});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], versions(now, 3));
    equal(await w.get(table, ['a', 1], {maxVersions: 9, timeRange: {specificTime: now - 2}}), [['c', 2n, now - 2]]);
  },

  async version_too_far_refused(w) {
    const table = await w.table({maxTimeDeviation: 60});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], [['c', 1n, now - 50000]]);
    for (const version of [now - 70000, now + 70000]) await rejected(() => w.put(table, ['a', 1], [['c', 2n, version]]), 400, 'OTSParameterInvalid', String(version));
    equal(await w.values(table, ['a', 1]), {c: 1n});
  },

  async update_sets_and_keeps(w) {
    const table = await w.filled([[['a', 1], [['keep', 1n], ['change', 1n]]]]);
    await w.update(table, ['a', 1], {put: [['change', 'two'], ['new', 3.5]]});
    equal(await w.values(table, ['a', 1]), {change: 'two', keep: 1n, new: 3.5});
  },

  async update_creates_row(w) {
    const table = await w.table();
    await w.update(table, ['a', 1], {put: [['c', 1n]]});
    equal(await w.values(table, ['a', 1]), {c: 1n});
  },

  async update_delete_one_version(w) {
    const table = await w.table({maxVersions: 5});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], versions(now, 3));
    await w.update(table, ['a', 1], {delete: [['c', now - 2]]});
    equal(valuesIn(await w.get(table, ['a', 1], {maxVersions: 9})), [1n, 3n]);
  },

  async update_delete_all_versions(w) {
    const table = await w.table({maxVersions: 5});
    const now = await w.nowMs();
    await w.put(table, ['a', 1], [...versions(now, 2), ['d', 3n, now - 1]]);
    await w.update(table, ['a', 1], {deleteAll: ['c']});
    equal(await w.get(table, ['a', 1], {maxVersions: 9}), [['d', 3n, now - 1]]);
  },

  async update_mixed_operations(w) {
    const table = await w.filled([[['a', 1], [['gone', 1n], ['count', 10n], ['kept', 'k']]]]);
    await w.update(table, ['a', 1], {put: [['set', true]], deleteAll: ['gone'], increment: [['count', -3n]]});
    equal(await w.values(table, ['a', 1]), {count: 7n, kept: 'k', set: true});
  },

  async increment_adds(w) {
    const table = await w.filled([[['a', 1], [['n', 40n]]]]);
    await w.update(table, ['a', 1], {increment: [['n', 2n]]});
    equal(await w.values(table, ['a', 1]), {n: 42n});
    await w.update(table, ['a', 1], {increment: [['n', -50n]]});
    equal(await w.values(table, ['a', 1]), {n: -8n});
  },

  async increment_missing_starts_at_zero(w) {
    const table = await w.table();
    await w.update(table, ['a', 1], {increment: [['n', 5n]]});
    equal(await w.values(table, ['a', 1]), {n: 5n});
  },

  async increment_text_refused(w) {
    const table = await w.filled([[['a', 1], [['n', 'text']]]]);
    await rejected(() => w.update(table, ['a', 1], {increment: [['n', 1n]]}), 400, 'OTSParameterInvalid', "'n'");
    equal(await w.values(table, ['a', 1]), {n: 'text'});
  },

  async increment_overflow_refused(w) {
    const table = await w.filled([[['a', 1], [['n', 2n ** 63n - 1n]]]]);
    await rejected(() => w.update(table, ['a', 1], {increment: [['n', 1n]]}), 400, 'OTSParameterInvalid', "'n'");
    equal(await w.values(table, ['a', 1]), {n: 2n ** 63n - 1n});
  },

  async delete_removes_row(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]], [['a', 2], [['c', 2n]]]]);
    await w.delete(table, ['a', 1]);
    equal(await w.get(table, ['a', 1]), null);
    equal(await w.values(table, ['a', 2]), {c: 2n});
  },

  async delete_missing_row(w) {
    const table = await w.table();
    await w.delete(table, ['a', 1]);
    equal(await w.get(table, ['a', 1]), null);
  },

  async get_columns(w) {
    const table = await w.filled([[['a', 1], [['x', 1n], ['y', 2n], ['z', 3n]]]]);
    equal(await w.values(table, ['a', 1], {columnsToGet: ['z', 'x']}), {x: 1n, z: 3n});
    equal(await w.get(table, ['a', 1], {columnsToGet: ['absent']}), null);
  },

  async get_start_end_column(w) {
    const table = await w.filled([[['a', 1], [...'abcde'].map((name) => [name, name])]]);
    const names = async (more) => Object.keys(await w.values(table, ['a', 1], more));
    equal(await names({startColumn: 'b', endColumn: 'd'}), ['b', 'c']);
    equal(await names({startColumn: 'c'}), ['c', 'd', 'e']);
    equal(await names({endColumn: 'c'}), ['a', 'b']);
  },

  async return_key(w) {
    const table = await w.table();
    const returnContent = {returnType: ts.ReturnType.Primarykey};
    equal(plain((await w.put(table, ['a', 1], [['c', 1n]], {returnContent})).row.primaryKey), ['a', 1]);
    equal(plain((await w.update(table, ['a', 1], {put: [['c', 1n]]}, {returnContent})).row.primaryKey), ['a', 1]);
    equal((await w.put(table, ['a', 1], [['c', 1n]])).row, {});
  },

  async return_after_modify(w) {
    const table = await w.filled([[['a', 1], [['n', 40n], ['m', 1n], ['text', 't']]]]);
    const returnContent = {returnType: ts.ReturnType.AfterModify, returnColumns: ['n']};
    const {row} = await w.update(table, ['a', 1], {increment: [['n', 2n], ['m', 1n]]}, {returnContent});
    equal(valuesOf(row.attributes), {n: 42n});
    equal(await w.values(table, ['a', 1]), {m: 2n, n: 42n, text: 't'});
  },

  async consumed_capacity(w) {
    const tableName = await w.table();
    const unit = ({consumed}) => [consumed.capacityUnit.read, consumed.capacityUnit.write];
    equal(unit(await w.put(tableName, ['a', 1], [['c', 'x'.repeat(5000)]])), [0, 2]);
    equal(unit(await w.client.getRow({tableName, primaryKey: [{pk: 'a'}, {id: integer(1)}]})), [2, 0]);
    equal(unit(await w.client.getRow({tableName, primaryKey: [{pk: 'nobody'}, {id: integer(1)}]})), [1, 0]);
  },

  async time_to_live_expires(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]], {timeToLive: 86400});
    const lasting = await w.filled([[['a', 1], [['c', 1n]]]]);
    await w.control('clock', {step_ms: 86399000});
    equal(await w.values(table, ['a', 1]), {c: 1n});
    await w.control('clock', {step_ms: 2000});
    equal(await w.get(table, ['a', 1]), null);
    equal(await w.range(table), [[], null]);
    equal(await w.values(lasting, ['a', 1]), {c: 1n});
  },

  async defined_column_type_checked(w) {
    const table = await w.table({definedColumn: [{name: 'n', type: ts.DefinedColumnType.DCT_INTEGER}]});
    await w.put(table, ['a', 1], [['n', 1n], ['free', 'any']]);
    await rejected(() => w.put(table, ['a', 2], [['n', 'text']]), 400, 'OTSParameterInvalid', "'n'");
    equal(await w.get(table, ['a', 2]), null);
  },

  async too_many_columns_refused(w) {
    const table = await w.table();
    const columns = (count) => Array.from({length: count}, (_, i) => [`c${i}`, BigInt(i)]);
    await w.put(table, ['a', 1], columns(1024));
    equal((await w.get(table, ['a', 1])).length, 1024);
    await rejected(() => w.put(table, ['a', 2], columns(1025)), 400, 'OTSOutOfColumnCountLimit', '1025');
  },
};
