'use strict';
const {ts, rejected} = require('../support');

const refused = (call) => rejected(call, 400, 'OTSParameterInvalid', 'not supported by the local Tablestore');
const KEYWORD = {fieldName: 'c', fieldType: ts.FieldType.KEYWORD, index: true};

module.exports = {
  async search_index(w) {
    const tableName = await w.table();
    await refused(() => w.client.createSearchIndex({tableName, indexName: 'i', schema: {fieldSchemas: [KEYWORD]}}));
    await refused(() => w.client.listSearchIndex({tableName}));
    await refused(() => w.client.describeSearchIndex({tableName, indexName: 'i'}));
    await refused(() => w.client.deleteSearchIndex({tableName, indexName: 'i'}));
  },

  async search(w) {
    const tableName = await w.table();
    const searchQuery = {offset: 0, limit: 1, query: {queryType: ts.QueryType.MATCH_ALL_QUERY}};
    await refused(() => w.client.search({tableName, indexName: 'i', searchQuery, columnToGet: {returnType: ts.ColumnReturnType.RETURN_ALL}}));
  },

  async sql(w) {
    await refused(() => w.client.sqlQuery({query: 'show tables'}));
  },

  async secondary_index(w) {
    const tableName = await w.table({definedColumn: [{name: 'c', type: 4}]});
    const indexMeta = {name: 'i', primaryKey: ['c'], definedColumn: []};
    await refused(() => w.client.createIndex({mainTableName: tableName, indexMeta, includeBaseData: false}));
    await refused(() => w.client.dropIndex({mainTableName: tableName, indexName: 'i'}));
    await refused(() => w.table({definedColumn: [{name: 'c', type: 4}], indexes: [indexMeta]}));
  },
};
