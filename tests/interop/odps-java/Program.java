package interop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Our own program; its connections and keys are those of the environment. */
final class Program {
  /** What it printed; fails when it did not end well. */
  static String run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getenv("OTSSTREAM_PROGRAM")));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Check.that(process.waitFor() == 0, String.join(" ", command) + " ends with 0, it said " + said);
    return said;
  }

  private Program() {}
}
