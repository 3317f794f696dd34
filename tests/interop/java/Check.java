package interop;

import com.alicloud.openservices.tablestore.TableStoreException;

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
    if (!holds) throw new Failure("not so: " + claim);
  }

  /** The call ends with the service's error of this status and code; its message holds text. */
  static TableStoreException refused(int status, String code, String text, Call call)
      throws Exception {
    try {
      call.run();
    } catch (TableStoreException error) {
      equal(status + " " + code, error.getHttpStatus() + " " + error.getErrorCode());
      if (!error.getMessage().contains(text))
        throw new Failure(
            "expected a message with '" + text + "', got '" + error.getMessage() + "'");
      that(
          error.getRequestId() != null && !error.getRequestId().isEmpty(),
          "the error has a request id");
      return error;
    }
    throw new Failure("expected " + status + " " + code + ", got no error");
  }

  private Check() {}
}
