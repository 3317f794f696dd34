package interop;

import static interop.Check.*;
import static interop.Refusal.*;

import com.aliyun.odps.NoSuchObjectException;
import com.aliyun.odps.Project;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.tunnel.TableTunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

final class ProjectCases extends Cases {
  ProjectCases() {
    add("project.exist", w -> {
      equal(true, w.odps.projects().exists(w.project));
      equal(false, w.odps.projects().exists("no_such_project"));
    });

    add("project.describe", w -> {
      Project project = w.odps.projects().get(w.project);
      project.reload();
      equal(w.project, project.getName());
      equal("AVAILABLE", project.getStatus());
      that(!project.getOwner().isEmpty(), "it has an owner");
      that(project.getCreatedTime() != null && project.getLastModifiedTime() != null,
          "it has its times");
    });

    add("project.unknown_project_has_no_tables",
        w
        -> refused(NoSuchObjectException.class, "NoSuchProject", "Project not found",
            ()
                -> w.connect(new AliyunAccount(w.id, w.key), "no_such_project")
                       .tables()
                       .create("t", World.schema("a bigint"))));

    add("project.listed", w -> {
      List<String> names = new ArrayList<>();
      for (Project project : w.odps.projects().iterable(null)) names.add(project.getName());
      equal(Stream.of(w.project, System.getenv("ODPS_OTHER_PROJECT")).sorted().toList(), names);
    });

    add("project.several_keep_apart", w -> {
      String other = System.getenv("ODPS_OTHER_PROJECT");
      equal(true, w.odps.projects().exists(other));
      String table = w.table("a bigint");
      equal(false, w.odps.tables().exists(other, table));
      w.odps.tables().create(other, table, World.schema("a bigint, b string"));
      try {
        w.write(table, World.row(1L));
        TableTunnel.UploadSession session = w.tunnel.createUploadSession(other, table);
        World.put(session, 0, World.row(2L, "x"));
        session.commit(new Long[] {0L});
        equal("[[1]]", w.read(table));
        TableTunnel.DownloadSession twin = w.tunnel.createDownloadSession(other, table);
        equal("[[2, \"x\"]]", World.all(twin.openRecordReader(0, twin.getRecordCount())));
      } finally {
        w.odps.tables().delete(other, table);
      }
      equal(true, w.odps.tables().exists(table));
    });

    add("project.tunnel_is_routed",
        w -> equal(w.endpoint, w.odps.projects().get(w.project).getTunnelEndpoint() + "/api"));
  }
}
