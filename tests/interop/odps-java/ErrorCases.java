package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.TableSchema;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.RecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;
import java.io.IOException;

final class ErrorCases extends Cases {
  /** Blocks fail when their writer is closed: an IOException around the service's error. */
  private static void blockRefused(String code, String text, Check.Call call) throws Exception {
    try {
      call.run();
    } catch (IOException error) {
      that(error.getMessage().contains("ErrorCode=" + code) && error.getMessage().contains(text),
          "'" + error.getMessage() + "' is " + code);
      return;
    }
    throw new Failure("expected " + code + ", got no error");
  }

  ErrorCases() {
    add("error.unknown_table", w -> {
      refused(TunnelException.class, "NoSuchTable", "", () -> w.upload("no_such_table"));
      refused(TunnelException.class, "NoSuchTable", "", () -> w.download("no_such_table", null));
    });

    add("error.unknown_session", w -> {
      String table = w.table("a bigint");
      refused(TunnelException.class, "NoSuchUpload", "",
          () -> w.tunnel.getUploadSession(w.project, table, "20200101000000no_such"));
      refused(TunnelException.class, "NoSuchDownload", "",
          () -> w.tunnel.getDownloadSession(w.project, table, "20200101000000no_such"));
    });

    add("error.expired_session", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0, row(1L));
      Control.post("faults",
          "{\"fault\": \"expire-session\", \"operation\": \"PutBlock\", \"table\": \"" + table
              + "\", \"count\": 1}");
      blockRefused("StatusConflict", "expired", () -> put(session, 1, row(2L)));
      equal("EXPIRED", session.getStatus());
      equal(texts(), w.read(table));
    });

    add("error.lost_answer_of_commit", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0, row(1L));
      Control.post("faults",
          "{\"fault\": \"reset-after\", \"operation\": \"CommitUpload\", \"table\": \"" + table
              + "\", \"count\": 1}");
      try {
        session.commit(new Long[] {0L});
      } catch (TunnelException | IOException lost) {
        // It happened; the session says so.
      }
      equal("CLOSED", session.getStatus());
      equal(texts(row(1L)), w.read(table));
    });

    add("error.throttled_session_is_asked_again", w -> {
      // 429 FlowExceeded: the client waits and repeats the request.
      String table = w.table("a bigint");
      Control.post("faults",
          "{\"fault\": \"error\", \"operation\": \"CreateUpload\", \"table\": \"" + table
              + "\", \"code\": \"FlowExceeded\", \"count\": 1}");
      w.write(table, row(1L));
      equal(texts(row(1L)), w.read(table));
    });

    add("error.session_of_another_table", w -> {
      String id = w.upload(w.table("a bigint")).getId();
      String other = w.table("a bigint");
      refused(TunnelException.class, "NoSuchUpload", "",
          () -> w.tunnel.getUploadSession(w.project, other, id));
    });

    add("error.dropped_table", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0, row(1L));
      w.odps.tables().delete(table);
      refused(TunnelException.class, "NoSuchTable", "", () -> session.commit(new Long[] {0L}));
    });

    add("error.closed_session_takes_no_block", w -> {
      TableTunnel.UploadSession session = w.upload(w.table("a bigint"));
      put(session, 0, row(1L));
      session.commit(new Long[] {0L});
      blockRefused("StatusConflict", "", () -> put(session, 1, row(2L)));
    });

    add("error.block_id_out_of_range", w -> {
      TableTunnel.UploadSession session = w.upload(w.table("a bigint"));
      blockRefused("InvalidBlockID", "", () -> put(session, 20000, row(1L)));
    });

    add("error.text_of_8_megabytes", w -> {
      String table = w.table("a bigint, s string");
      int limit = 8388608;
      String latin = "x".repeat(limit);
      String wide = "城".repeat(limit / 3) + "ab";
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0, row(1L, latin), row(2L, wide));
      blockRefused("InvalidArgument", "8388609 bytes are more than 8388608", () -> {
        try (RecordWriter writer = session.openRecordWriter(1)) {
          ArrayRecord record = (ArrayRecord) session.newRecord();
          record.setWithoutValidation(1, latin + "x");
          writer.write(record);
        }
      });
      session.commit(new Long[] {0L});
      equal(texts(row(1L, latin), row(2L, wide)), w.read(table));
    });

    add("error.null_where_none_may_be", w -> {
      TableSchema schema = schema("a bigint, b string");
      schema.getColumn("a").setNullable(false);
      String table = w.newName();
      w.odps.tables().create(w.project, table, schema);
      TableTunnel.UploadSession session = w.upload(table);
      blockRefused("InvalidArgument", "NOT NULL", () -> put(session, 0, row(null, "x")));
    });
  }
}
