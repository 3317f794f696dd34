package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.Odps;
import com.aliyun.odps.OdpsException;
import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;

final class AuthCases extends Cases {
  AuthCases() {
    add(
        "auth.v4",
        w -> {
          // With a region the client signs everything by V4.
          Odps odps = w.connect(new AliyunAccount(w.id, w.key, "cn-hangzhou"));
          String table = w.newName();
          odps.tables().create(w.project, table, schema("a bigint", "ds string"));
          PartitionSpec spec = new PartitionSpec("ds='x y%+'");
          odps.tables().get(table).createPartition(spec);
          TableTunnel.UploadSession session = new TableTunnel(odps).createUploadSession(w.project, table, spec);
          put(session, 0, row(1L));
          session.commit(new Long[] {0L});
          equal(texts(row(1L)), w.read(table, "ds='x y%+'"));
        });

    add(
        "auth.wrong_key",
        w -> {
          Odps odps = w.connect(new AliyunAccount(w.id, "not the key"));
          refused(OdpsException.class, "ODPS-0410042", "signature", () -> odps.tables().get("t").reload());
        });

    add(
        "auth.wrong_key_v4",
        w -> {
          Odps odps = w.connect(new AliyunAccount(w.id, "not the key", "cn-hangzhou"));
          refused(OdpsException.class, "ODPS-0410042", "signature", () -> odps.tables().get("t").reload());
        });

    add(
        "auth.wrong_key_in_the_tunnel",
        w -> {
          String table = w.table("a bigint");
          TableTunnel tunnel = new TableTunnel(w.connect(new AliyunAccount(w.id, "not the key")));
          tunnel.setEndpoint(w.endpoint.replace("/api", ""));
          refused(TunnelException.class, "ODPS-0410042", "signature", () -> tunnel.createUploadSession(w.project, table));
        });

    add(
        "auth.unknown_id",
        w -> {
          Odps odps = w.connect(new AliyunAccount("nobody", w.key));
          refused(OdpsException.class, "ODPS-0410051", "", () -> odps.tables().get("t").reload());
        });
  }
}
