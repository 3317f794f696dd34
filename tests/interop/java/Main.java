package interop;

import java.util.List;

/**
 * Cases of the official Java client against {@code otsstream local}. tests/interop/README.md says
 * what a suite gets and prints.
 */
public final class Main {
  public static void main(String[] arguments) {
    int exitCode;
    try (World world = new World()) {
      exitCode =
          Suite.run(
              world,
              List.of(
                  new TableCases(),
                  new RowCases(),
                  new ConditionCases(),
                  new FilterCases(),
                  new RangeCases(),
                  new BatchCases(),
                  new AutoIncrementCases(),
                  new TransactionCases(),
                  new BulkCases(),
                  new StreamCases(),
                  new WireCases(),
                  new ErrorCases()));
    }
    System.exit(exitCode);
  }
}
