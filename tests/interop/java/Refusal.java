package interop;

import static interop.Check.*;

import com.alicloud.openservices.tablestore.TableStoreException;

/** What the service must refuse. */
final class Refusal {
  /** The call ends with the service's error of this status and code; its message holds text. */
  static TableStoreException refused(int status, String code, String text, Check.Call call)
      throws Exception {
    try {
      call.run();
    } catch (TableStoreException error) {
      equal(status + " " + code, error.getHttpStatus() + " " + error.getErrorCode());
      if (!error.getMessage().contains(text))
        throw new Failure(
            "expected a message with '" + text + "', got '" + error.getMessage() + "'");
      that(error.getRequestId() != null && !error.getRequestId().isEmpty(),
          "the error has a request id");
      return error;
    }
    throw new Failure("expected " + status + " " + code + ", got no error");
  }

  private Refusal() {}
}
