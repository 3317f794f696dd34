package interop;

import static interop.Check.*;
import static interop.Refusal.*;

import com.aliyun.odps.NoSuchObjectException;
import com.aliyun.odps.Project;
import com.aliyun.odps.account.AliyunAccount;

final class ProjectCases extends Cases {
  ProjectCases() {
    add(
        "project.exist",
        w -> {
          equal(true, w.odps.projects().exists(w.project));
          equal(false, w.odps.projects().exists("no_such_project"));
        });

    add(
        "project.describe",
        w -> {
          Project project = w.odps.projects().get(w.project);
          project.reload();
          equal(w.project, project.getName());
          equal("AVAILABLE", project.getStatus());
          that(!project.getOwner().isEmpty(), "it has an owner");
          that(project.getCreatedTime() != null && project.getLastModifiedTime() != null, "it has its times");
        });

    add(
        "project.unknown_project_has_no_tables",
        w ->
            refused(
                NoSuchObjectException.class,
                "NoSuchProject",
                "Project not found",
                () ->
                    w.connect(new AliyunAccount(w.id, w.key), "no_such_project")
                        .tables()
                        .create("t", World.schema("a bigint"))));

    add(
        "project.tunnel_is_routed",
        w -> equal(w.endpoint, w.odps.projects().get(w.project).getTunnelEndpoint() + "/api"));
  }
}
