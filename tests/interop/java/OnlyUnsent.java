package interop;

import com.alicloud.openservices.tablestore.model.RetryStrategy;
import com.aliyun.ots.thirdparty.org.apache.http.ConnectionClosedException;

/**
 * Repeats nothing that was sent, so that a case sees every error. The client's pool now and then
 * hands out a connection that it has just given up itself (seen on a machine under load: no request
 * left, no end came from the server); that call is made again.
 */
final class OnlyUnsent implements RetryStrategy {
  private int retries;

  @Override
  public RetryStrategy clone() {
    return new OnlyUnsent();
  }

  @Override
  public int getRetries() {
    return retries;
  }

  @Override
  public long nextPause(String action, Exception problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      boolean unsent =
          cause instanceof ConnectionClosedException
              && "Connection closed".equals(cause.getMessage());
      if (unsent) return ++retries < 5 ? 1 : 0;
    }
    return 0;
  }
}
