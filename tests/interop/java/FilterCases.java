package interop;

import static interop.Check.*;
import static interop.Rows.*;

import com.alicloud.openservices.tablestore.model.*;
import com.alicloud.openservices.tablestore.model.filter.*;
import com.alicloud.openservices.tablestore.model.filter.CompositeColumnValueFilter.LogicOperator;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter.CompareOperator;

final class FilterCases extends Cases {
  private static final PrimaryKey A = key("k", "a");

  static SingleColumnValueFilter column(String name, CompareOperator operator, Object value) {
    SingleColumnValueFilter filter = new SingleColumnValueFilter(name, operator, value(value));
    filter.setPassIfMissing(false);
    return filter;
  }

  static ColumnValueFilter all(LogicOperator operator, ColumnValueFilter... parts) {
    CompositeColumnValueFilter filter = new CompositeColumnValueFilter(operator);
    for (ColumnValueFilter part : parts) filter.addFilter(part);
    return filter;
  }

  private static String filtered(World w, String table, Filter filter) {
    SingleRowQueryCriteria criteria = read(table, A);
    criteria.setFilter(filter);
    return Text.of(get(w.client, criteria));
  }

  private static ColumnValueFilter regex(
      String column,
      String regex,
      RegexRule.CastType type,
      SingleColumnValueRegexFilter.CompareOperator operator,
      Object value) {
    return new SingleColumnValueRegexFilter(
        column, new RegexRule(regex, type), operator, value(value));
  }

  FilterCases() {
    add(
        "filter.single_types",
        w -> {
          String table = w.table();
          byte[] bytes = {7};
          write(w.client, put(table, A, "b", true, "d", 2.5, "i", -3, "s", "m", "x", bytes));
          String row = "k=\"a\" | b=true d=2.5 i=-3 s=\"m\" x=07";
          Object[] pairs = {"b", true, "d", 2.5, "i", -3, "s", "m", "x", bytes};
          for (int i = 0; i < pairs.length; i += 2) {
            String name = (String) pairs[i];
            equal(row, filtered(w, table, column(name, CompareOperator.EQUAL, pairs[i + 1])));
            equal(
                "none", filtered(w, table, column(name, CompareOperator.NOT_EQUAL, pairs[i + 1])));
          }
          equal(row, filtered(w, table, column("s", CompareOperator.GREATER_THAN, "lz")));
          equal("none", filtered(w, table, column("d", CompareOperator.LESS_THAN, 2.5)));
        });

    add(
        "filter.missing_column",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "v", 1));
          SingleColumnValueFilter filter = column("none", CompareOperator.EQUAL, 1);
          equal("none", filtered(w, table, filter));
          filter.setPassIfMissing(true);
          equal("k=\"a\" | v=1", filtered(w, table, filter));
        });

    add(
        "filter.latest_version_only",
        w -> {
          String table = w.table(World.versions(5));
          RowCases.putVersions(w, table, 3);
          SingleRowQueryCriteria criteria = RowCases.read(table, 5);
          SingleColumnValueFilter filter = column("v", CompareOperator.EQUAL, 1);
          criteria.setFilter(filter);
          equal("none", Text.of(get(w.client, criteria)));
          filter.setLatestVersionsOnly(false);
          equal("v=3 v=2 v=1", Text.cells(get(w.client, criteria)));
        });

    add(
        "filter.composite",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "n", 5, "s", "x"));
          ColumnValueFilter five = column("n", CompareOperator.EQUAL, 5);
          ColumnValueFilter six = column("n", CompareOperator.EQUAL, 6);
          ColumnValueFilter x = column("s", CompareOperator.EQUAL, "x");
          String row = "k=\"a\" | n=5 s=\"x\"";
          equal(row, filtered(w, table, all(LogicOperator.AND, five, x)));
          equal("none", filtered(w, table, all(LogicOperator.AND, six, x)));
          equal(row, filtered(w, table, all(LogicOperator.OR, six, x)));
          equal(row, filtered(w, table, all(LogicOperator.NOT, six)));
          equal("none", filtered(w, table, all(LogicOperator.NOT, all(LogicOperator.OR, six, x))));
        });

    add(
        "filter.pagination",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "a", 1, "b", 2, "c", 3, "d", 4));
          equal("k=\"a\" | b=2 c=3", filtered(w, table, new ColumnPaginationFilter(2, 1)));
          equal("k=\"a\" | d=4", filtered(w, table, new ColumnPaginationFilter(5, 3)));
          equal("k=\"a\" |", filtered(w, table, new ColumnPaginationFilter(1, 4)));
        });

    add(
        "filter.range",
        w -> {
          String table = w.table();
          for (int i = 0; i < 4; ++i)
            write(w.client, put(table, key("k", "abcd".substring(i, i + 1)), "n", i));
          RangeRowQueryCriteria criteria = RangeCases.all(table);
          criteria.setFilter(
              all(
                  LogicOperator.OR,
                  column("n", CompareOperator.LESS_THAN, 1),
                  column("n", CompareOperator.EQUAL, 2)));
          equal("k=\"a\" | n=0; k=\"c\" | n=2", Text.of(RangeCases.scan(w, criteria).getRows()));
        });

    add(
        "filter.key_column",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "v", 1));
          equal("k=\"a\" | v=1", filtered(w, table, column("k", CompareOperator.EQUAL, "a")));
          equal("none", filtered(w, table, column("k", CompareOperator.EQUAL, "b")));
        });

    add(
        "filter.regex_integer",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "log", "{'cost': 250, 'user': 'ann'}"));
          String row = "k=\"a\" | log=\"{'cost': 250, 'user': 'ann'}\"";
          String rule = "cost': ([0-9]+)";
          RegexRule.CastType integer = RegexRule.CastType.VT_INTEGER;
          var greater = SingleColumnValueRegexFilter.CompareOperator.GREATER_THAN;
          equal(row, filtered(w, table, regex("log", rule, integer, greater, 99)));
          equal("none", filtered(w, table, regex("log", rule, integer, greater, 250)));
        });

    add(
        "filter.regex_double",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "t", "took 12.75 ms"));
          var less = SingleColumnValueRegexFilter.CompareOperator.LESS_THAN;
          RegexRule.CastType real = RegexRule.CastType.VT_DOUBLE;
          String rule = "([0-9.]+) ms";
          equal(
              "k=\"a\" | t=\"took 12.75 ms\"",
              filtered(w, table, regex("t", rule, real, less, 13.0)));
          equal("none", filtered(w, table, regex("t", rule, real, less, 12.75)));
        });

    add(
        "filter.regex_string",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "s", "1aaa51bbb5"));
          String row = "k=\"a\" | s=\"1aaa51bbb5\"";
          var same = SingleColumnValueRegexFilter.CompareOperator.EQUAL;
          RegexRule.CastType string = RegexRule.CastType.VT_STRING;
          // The whole first match, or its first group.
          equal(row, filtered(w, table, regex("s", "1[a-z]+5", string, same, "1aaa5")));
          equal(row, filtered(w, table, regex("s", "1([a-z]+)5", string, same, "aaa")));
          equal("none", filtered(w, table, regex("s", "1([a-z]+)5", string, same, "bbb")));
        });

    add(
        "filter.column_exists",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "v", 1));
          var exists = SingleColumnValueRegexFilter.CompareOperator.EXIST;
          var absent = SingleColumnValueRegexFilter.CompareOperator.NOT_EXIST;
          equal("k=\"a\" | v=1", filtered(w, table, new SingleColumnValueRegexFilter("v", exists)));
          equal("none", filtered(w, table, new SingleColumnValueRegexFilter("o", exists)));
          equal("none", filtered(w, table, new SingleColumnValueRegexFilter("v", absent)));
          equal("k=\"a\" | v=1", filtered(w, table, new SingleColumnValueRegexFilter("o", absent)));
        });
  }
}
