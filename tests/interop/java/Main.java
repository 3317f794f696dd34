package interop;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cases of the official Java client against {@code otsstream local}. tests/interop/README.md says
 * what a suite gets and prints.
 */
public final class Main {
  public static void main(String[] arguments) {
    String only = System.getenv().getOrDefault("INTEROP_ONLY", "");
    World world = new World();
    boolean passed = true;
    for (Cases group :
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
            new ErrorCases())) {
      for (Cases.Case one : group.list()) {
        if (Pattern.compile(only).matcher(one.name()).find()) passed &= run(world, one);
      }
    }
    world.close();
    System.exit(passed ? 0 : 1);
  }

  private static boolean run(World world, Cases.Case one) {
    try {
      try {
        one.body().run(world);
      } finally {
        world.dropTables();
      }
      System.out.println("pass " + one.name());
      return true;
    } catch (Check.Failure failure) {
      report(one, failure.getMessage());
    } catch (Throwable problem) {
      StringWriter trace = new StringWriter();
      problem.printStackTrace(new PrintWriter(trace, true));
      report(one, trace.toString());
    }
    return false;
  }

  private static void report(Cases.Case one, String reason) {
    System.out.println("fail " + one.name() + "\n  " + reason.strip().replace("\n", "\n  "));
  }
}
