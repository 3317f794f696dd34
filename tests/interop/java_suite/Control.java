package interop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The control API of the server, docs/local-tablestore.md. */
final class Control {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  static String get(String path) throws Exception {
    return ask(HttpRequest.newBuilder().GET(), path);
  }

  static String post(String path, String json) throws Exception {
    return ask(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(json)), path);
  }

  private static String ask(HttpRequest.Builder request, String path) throws Exception {
    HttpResponse<String> answer =
        CLIENT.send(request.uri(URI.create(System.getenv("OTS_ENDPOINT") + "/control/" + path))
                        .header("x-otsstream-control-key", System.getenv("OTS_CONTROL_KEY"))
                        .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200)
      throw new Check.Failure(path + " answered " + answer.statusCode() + " " + answer.body());
    return answer.body();
  }

  private Control() {}
}
