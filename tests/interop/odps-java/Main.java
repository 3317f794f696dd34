package interop;

import java.util.List;

/**
 * Cases of MaxCompute's official Java client against {@code otsstream local}.
 * tests/interop/README.md says what a suite gets and prints.
 */
public final class Main {
  public static void main(String[] arguments) {
    int exitCode;
    try (World world = new World()) {
      exitCode = Suite.run(world,
          List.of(new ProjectCases(), new TableCases(), new PartitionCases(), new RecordCases(),
              new BlockCases(), new AuthCases(), new ArrowCases(), new SqlCases(), new ErrorCases(),
              new LandedCases(), new WrittenCases()));
    }
    System.exit(exitCode);
  }
}
