'use strict';
const {IGNORE, integer, equal, rejected} = require('../support');

module.exports = {
  async wrong_secret(w) {
    await rejected(() => w.connect({secretAccessKey: 'wrong'}).listTable({}), 403, 'OTSAuthFailed', 'ignature');
  },

  async unknown_access_id(w) {
    await rejected(() => w.connect({accessKeyId: 'nobody'}).listTable({}), 403, 'OTSAuthFailed', 'AccessKeyID');
  },

  async unknown_instance(w) {
    await rejected(() => w.connect({instancename: 'elsewhere'}).listTable({}), 403, 'OTSAuthFailed', 'instance');
  },

  async missing_table(w) {
    const key = ['a', 1];
    for (const call of [() => w.get('nothing_here', key), () => w.put('nothing_here', key), () => w.range('nothing_here'), () => w.delete('nothing_here', key)])
      await rejected(call, 404, 'OTSObjectNotExist', 'Requested table does not exist');
  },

  async wrong_key_columns(w) {
    const tableName = await w.table();
    const keys = [[[{pk: 'a'}], 'size'], [[{pk: 'a'}, {other: integer(1)}], 'name'], [[{pk: 'a'}, {id: 'text'}], 'type'], [[{id: integer(1)}, {pk: 'a'}], 'name']];
    for (const [primaryKey, text] of keys) {
      await rejected(() => w.client.getRow({tableName, primaryKey}), 400, 'OTSInvalidPK', text);
      await rejected(() => w.client.putRow({tableName, condition: IGNORE, primaryKey, attributeColumns: [{c: 'x'}]}), 400, 'OTSInvalidPK', text);
    }
  },

  async key_too_long(w) {
    const table = await w.table();
    await w.put(table, ['x'.repeat(1024), 1], [['c', 1n]]);
    equal(await w.values(table, ['x'.repeat(1024), 1]), {c: 1n});
    await rejected(() => w.put(table, ['x'.repeat(1025), 1], [['c', 1n]]), 400, 'OTSParameterInvalid', '1025');
  },

  async invalid_column_names(w) {
    const table = await w.table();
    for (const [name, text] of [['', 'Invalid column name'], ['x'.repeat(256), 'Invalid column name'], ['pk', 'primary key']])
      await rejected(() => w.put(table, ['a', 1], [[name, 1n]]), 400, 'OTSParameterInvalid', text);
  },

  async not_finite_double(w) {
    const table = await w.table();
    for (const number of [NaN, Infinity]) await rejected(() => w.put(table, ['a', 1], [['d', number]]), 400, 'OTSParameterInvalid', 'DOUBLE');
  },

  async empty_update(w) {
    const table = await w.table();
    await rejected(() => w.update(table, ['a', 1], {}), 400, 'OTSParameterInvalid', 'No attribute column');
  },

  async bad_range_limit(w) {
    const table = await w.table();
    await rejected(() => w.range(table, {limit: -1}), 400, 'OTSParameterInvalid', 'limit');
  },
};
