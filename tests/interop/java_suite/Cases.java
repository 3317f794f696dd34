package interop;

import java.util.ArrayList;
import java.util.List;

/** A group of cases; its constructor adds them. */
abstract class Cases {
  interface Body {
    void run(World world) throws Exception;
  }

  record Case(String name, Body body) {}

  private final List<Case> cases = new ArrayList<>();

  protected final void add(String name, Body body) {
    cases.add(new Case(name, body));
  }

  final List<Case> list() {
    return cases;
  }
}
