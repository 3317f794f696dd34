package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.Odps;
import com.aliyun.odps.OdpsException;
import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.account.StsAccount;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;

final class AuthCases extends Cases {
  AuthCases() {
    add("auth.v4", w -> {
      // With a region the client signs everything by V4.
      Odps odps = w.connect(new AliyunAccount(w.id, w.key, "cn-hangzhou"));
      String table = w.newName();
      odps.tables().create(w.project, table, schema("a bigint", "ds string"));
      PartitionSpec spec = new PartitionSpec("ds='x y%+'");
      odps.tables().get(table).createPartition(spec);
      TableTunnel.UploadSession session =
          new TableTunnel(odps).createUploadSession(w.project, table, spec);
      put(session, 0, row(1L));
      session.commit(new Long[] {0L});
      equal(texts(row(1L)), w.read(table, "ds='x y%+'"));
    });

    add("auth.temporary_credentials", w -> {
      // An id of its own, a key of its own, and the token with every call.
      String id = System.getenv("OTS_STS_ID");
      String key = System.getenv("OTS_STS_KEY");
      Odps odps = w.connect(new StsAccount(id, key, System.getenv("OTS_STS_TOKEN")));
      String table = w.newName();
      odps.tables().create(w.project, table, schema("a bigint"));
      TableTunnel.UploadSession session =
          new TableTunnel(odps).createUploadSession(w.project, table);
      put(session, 0, row(1L));
      session.commit(new Long[] {0L});
      equal(texts(row(1L)), w.read(table));
      Odps other = w.connect(new StsAccount(id, key, "another token"));
      refused(
          OdpsException.class, "ODPS-0410051", "token", () -> other.tables().get(table).reload());
    });

    add("auth.wrong_key", w -> {
      Odps odps = w.connect(new AliyunAccount(w.id, "not the key"));
      refused(
          OdpsException.class, "ODPS-0410042", "signature", () -> odps.tables().get("t").reload());
    });

    add("auth.wrong_key_v4", w -> {
      Odps odps = w.connect(new AliyunAccount(w.id, "not the key", "cn-hangzhou"));
      refused(
          OdpsException.class, "ODPS-0410042", "signature", () -> odps.tables().get("t").reload());
    });

    add("auth.wrong_key_in_the_tunnel", w -> {
      String table = w.table("a bigint");
      TableTunnel tunnel = new TableTunnel(w.connect(new AliyunAccount(w.id, "not the key")));
      tunnel.setEndpoint(w.endpoint.replace("/api", ""));
      refused(TunnelException.class, "ODPS-0410042", "signature",
          () -> tunnel.createUploadSession(w.project, table));
    });

    add("auth.unknown_id", w -> {
      Odps odps = w.connect(new AliyunAccount("nobody", w.key));
      refused(OdpsException.class, "ODPS-0410051", "", () -> odps.tables().get("t").reload());
    });
  }
}
