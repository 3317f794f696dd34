package interop;

import static interop.Check.*;
import static interop.World.*;

import com.aliyun.odps.Partition;
import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.Table;
import com.aliyun.odps.TableSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tables that our program filled from the local Tablestore; the jobs and what they must leave are
 * in tests/interop/landed.
 */
final class LandedCases extends Cases {
  private static final Object[] BEFORE = row("old", "by the client", 0L);
  private static final String WHOLE_TABLE = "";

  private static final class Plan {
    String columns;
    String partitions;
    boolean before;
    boolean transactional;
    final Map<String, List<String>> expected = new TreeMap<>();

    Plan(List<String> lines) {
      List<String> rows = null;
      for (String line : lines) {
        String word = line.split(" ", 2)[0];
        String rest = line.substring(Math.min(word.length() + 1, line.length()));
        if (word.equals("columns"))
          columns = rest;
        else if (word.equals("partitions"))
          partitions = rest;
        else if (word.equals("before"))
          before = true;
        else if (word.equals("transactional"))
          transactional = true;
        else if (List.of("rows", "partition").contains(word))
          expected.put(rest, rows = new ArrayList<>());
        else
          rows.add(line);
      }
    }
  }

  private static String partition(String spec) {
    return spec.equals(WHOLE_TABLE) ? null : spec;
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }

  private void landed(String name) {
    add("landed." + name, w -> {
      Path folder = Path.of(System.getenv("LANDED_FOLDER"));
      Plan plan = new Plan(Files.readAllLines(folder.resolve(name + ".table")));
      String table = w.newName();
      TableSchema schema =
          plan.partitions == null ? schema(plan.columns) : schema(plan.columns, plan.partitions);
      var creator = w.odps.tables().newTableCreator(table, schema);
      (plan.transactional ? creator.transactionTable() : creator).create();
      equal(plan.transactional, w.get(table).isTransactional());
      if (plan.before) {
        for (String spec : plan.expected.keySet()) {
          if (partition(spec) != null)
            w.get(table).createPartition(new PartitionSpec(spec));
          w.write(table, partition(spec), BEFORE);
        }
      }
      Program.run("run", folder.resolve(name + ".job").toString(), "--quiet", "-p",
          "table=" + table, "-p", "begin=" + System.getenv("LANDED_BEGIN"), "-p",
          "end=" + System.getenv("LANDED_END"));
      if (plan.partitions != null) {
        List<String> specs = new ArrayList<>();
        Table landed = w.get(table);
        for (Partition partition : landed.getPartitions())
          specs.add(partition.getPartitionSpec().toString());
        equal(sorted(new ArrayList<>(plan.expected.keySet())), sorted(specs));
      }
      for (Map.Entry<String, List<String>> part : plan.expected.entrySet())
        equal(sorted(part.getValue()), sorted(w.read(table, partition(part.getKey()))));
    });
  }

  LandedCases() {
    landed("every_type");
    landed("two_levels");
    landed("append");
    landed("columns_in_another_order");
    landed("dynamic_partitions");
    landed("compressed_deflate");
    landed("compressed_zstd");
    landed("compressed_lz4");
    landed("compressed_snappy");
    landed("transactional");
    landed("signed_by_v4");
    landed("temporary_credentials");
  }
}
