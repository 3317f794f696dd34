package interop;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Runs a suite's cases and prints what tests/interop/README.md asks for. */
final class Suite {
  /** Gives the exit code. World, of the suite itself, is handed to every case. */
  static int run(World world, List<Cases> groups) {
    Pattern only = Pattern.compile(System.getenv().getOrDefault("INTEROP_ONLY", ""));
    boolean passed = true;
    for (Cases group : groups) {
      for (Cases.Case one : group.list()) {
        if (only.matcher(one.name()).find())
          passed &= run(world, one);
      }
    }
    return passed ? 0 : 1;
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

  private Suite() {}
}
