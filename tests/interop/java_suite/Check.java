package interop;

/** What a case claims. */
final class Check {
  @SuppressWarnings("serial")
  static final class Failure extends RuntimeException {
    Failure(String reason) {
      super(reason);
    }
  }

  interface Call {
    void run() throws Exception;
  }

  static void equal(Object expected, Object got) {
    if (!String.valueOf(expected).equals(String.valueOf(got)))
      throw new Failure("expected " + expected + "\n     got " + got);
  }

  static void that(boolean holds, String claim) {
    if (!holds)
      throw new Failure("not so: " + claim);
  }

  private Check() {}
}
