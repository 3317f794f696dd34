package interop;

import static interop.Check.*;

import com.aliyun.odps.OdpsException;

/** What the service must refuse. */
final class Refusal {
  /**
   * The call ends with the client's exception of this class; its message holds text. The code is
   * the exception's, or stands in the message when the client keeps none (of failed statements, and
   * of refused REST calls that are not 404).
   */
  static void refused(Class<?> kind, String code, String text, Check.Call call) throws Exception {
    try {
      call.run();
    } catch (OdpsException error) {
      String message = String.valueOf(error.getMessage());
      equal(kind.getSimpleName(), error.getClass().getSimpleName());
      if (error.getErrorCode() == null)
        that(message.contains(code), "'" + message + "' holds " + code);
      else
        equal(code, error.getErrorCode());
      that(message.contains(text), "'" + message + "' holds '" + text + "'");
      return;
    }
    throw new Failure("expected " + code + ", got no error");
  }

  private Refusal() {}
}
