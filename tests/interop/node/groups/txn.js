'use strict';
const assert = require('assert');
const {ts, IGNORE, keyOf, columnsOf, when, equal, rejected} = require('../support');

const ABSENT = when(ts.RowExistenceExpectation.EXPECT_NOT_EXIST);
const begin = async (w, tableName, partition = 'a') => (await w.client.startLocalTransaction({tableName, primaryKey: [{pk: partition}]})).transactionId;
// This version of the client reads the answer, which is empty, as if it were a request, and misses the id in it; the call is done by then.
const abort = (w, transactionId) => assert.rejects(w.client.abortTransaction(transactionId), /missing required 'transactionId'/);
const each = (w, table, ids, more) => Promise.all(ids.map((id) => w.values(table, ['a', id], more)));
const PARTITION = {start: ['a', ts.INF_MIN], end: ['a', ts.INF_MAX]};

module.exports = {
  async commit_shows_writes(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]], [['a', 3], [['c', 3n]]]]);
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 2], [['c', 2n]], {transactionId});
    await w.update(table, ['a', 1], {put: [['d', 1n]], increment: [['c', 9n]]}, {transactionId});
    await w.delete(table, ['a', 3], {transactionId});
    await w.client.commitTransaction(transactionId);
    equal(await each(w, table, [1, 2, 3]), [{c: 10n, d: 1n}, {c: 2n}, null]);
  },

  async abort_hides_writes(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 1], [['c', 2n]], {transactionId});
    await w.put(table, ['a', 2], [['c', 2n]], {transactionId});
    await abort(w, transactionId);
    equal(await each(w, table, [1, 2]), [{c: 1n}, null]);
  },

  async reads_see_own_writes(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 2], [['c', 'new']], {transactionId});
    await w.update(table, ['a', 1], {put: [['c', 'changed']]}, {transactionId});
    equal(await each(w, table, [1, 2], {transactionId}), [{c: 'changed'}, {c: 'new'}]);
    await abort(w, transactionId);
  },

  async others_do_not_see_open_writes(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 1], [['c', 2n]], {transactionId});
    await w.put(table, ['a', 2], [['c', 2n]], {transactionId});
    equal(await each(w, table, [1, 2]), [{c: 1n}, null]);
    equal((await w.range(table))[0], [['a', 1]]);
    await w.client.commitTransaction(transactionId);
    equal((await w.range(table))[0], [['a', 1], ['a', 2]]);
  },

  async range_sees_own_writes(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]], [['a', 3], [['c', 3n]]]]);
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 2], [['c', 2n]], {transactionId});
    await w.delete(table, ['a', 3], {transactionId});
    equal((await w.range(table, {...PARTITION, transactionId}))[0], [['a', 1], ['a', 2]]);
    await abort(w, transactionId);
    equal((await w.range(table))[0], [['a', 1], ['a', 3]]);
  },

  async batch_write(w) {
    const tableName = await w.table();
    const transactionId = await begin(w, tableName);
    const rows = [1, 2].map((n) => ({type: 'PUT', condition: IGNORE, primaryKey: keyOf('a', n), attributeColumns: columnsOf([['n', 1n]])}));
    const answer = await w.client.batchWriteRow({tables: [{tableName, rows}], transactionId});
    equal(answer.tables.map((item) => item.isOk), [true, true]);
    equal((await w.range(tableName))[0], []);
    await w.client.commitTransaction(transactionId);
    equal((await w.range(tableName))[0], [['a', 1], ['a', 2]]);
  },

  async conditions_see_own_writes(w) {
    const table = await w.table();
    const transactionId = await begin(w, table);
    const more = {transactionId, condition: ABSENT};
    await w.put(table, ['a', 1], [['c', 1n]], more);
    await rejected(() => w.put(table, ['a', 1], [['c', 2n]], more), 403, 'OTSConditionCheckFail');
    await w.client.commitTransaction(transactionId);
    equal(await w.values(table, ['a', 1]), {c: 1n});
  },

  async write_outside_conflicts(w) {
    const table = await w.filled([[['a', 1], [['c', 1n]]]]);
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 1], [['c', 'in']], {transactionId});
    await rejected(() => w.put(table, ['a', 1], [['c', 'out']]), 409, 'OTSRowOperationConflict');
    await w.put(table, ['b', 1], [['c', 'elsewhere']]);
    await w.client.commitTransaction(transactionId);
    await w.put(table, ['a', 2], [['c', 'after']]);
    equal([...(await each(w, table, [1, 2])), await w.values(table, ['b', 1])], [{c: 'in'}, {c: 'after'}, {c: 'elsewhere'}]);
  },

  async second_transaction_conflicts(w) {
    const table = await w.table();
    const transactionId = await begin(w, table);
    await rejected(() => begin(w, table), 409, 'OTSRowOperationConflict');
    await abort(w, await begin(w, table, 'b'));
    await abort(w, transactionId);
    await abort(w, await begin(w, table));
  },

  async other_partition_key_refused(w) {
    const table = await w.table();
    const transactionId = await begin(w, table);
    await rejected(() => w.put(table, ['b', 1], [['c', 1n]], {transactionId}), 400, 'OTSDataOutOfRange');
    await rejected(() => w.get(table, ['b', 1], {transactionId}), 400, 'OTSDataOutOfRange');
    await abort(w, transactionId);
  },

  async ended_transaction_is_unknown(w) {
    const table = await w.table();
    let transactionId;
    for (const end of [() => w.client.commitTransaction(transactionId), () => abort(w, transactionId)]) {
      transactionId = await begin(w, table);
      await end();
      await rejected(() => w.put(table, ['a', 1], [['c', 1n]], {transactionId}), 404, 'OTSSessionNotExist');
      await rejected(() => w.client.commitTransaction(transactionId), 404, 'OTSSessionNotExist');
      await rejected(() => w.client.abortTransaction(transactionId), 404, 'OTSSessionNotExist');
    }
    equal(await w.get(table, ['a', 1]), null);
  },

  async expires_after_a_minute(w) {
    const table = await w.table();
    const transactionId = await begin(w, table);
    await w.put(table, ['a', 1], [['c', 1n]], {transactionId});
    await w.control('clock', {step_ms: 61000});
    await rejected(() => w.client.commitTransaction(transactionId), 404, 'OTSSessionNotExist');
    equal(await w.get(table, ['a', 1]), null);
    await w.put(table, ['a', 1], [['c', 2n]]);
    equal(await w.values(table, ['a', 1]), {c: 2n});
  },

  async start_needs_table(w) {
    await rejected(() => begin(w, 'nothing_here'), 404, 'OTSObjectNotExist', 'does not exist');
  },
};
