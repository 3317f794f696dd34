package interop;

import com.aliyun.odps.data.AbstractChar;
import com.aliyun.odps.data.Binary;
import com.aliyun.odps.data.IntervalDayTime;
import com.aliyun.odps.data.IntervalYearMonth;
import com.aliyun.odps.data.JsonValue;
import com.aliyun.odps.data.Struct;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as texts that differ whenever the values do; the form of tests/interop/landed. */
final class Text {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS");
  private static final DateTimeFormatter NANOS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS");

  // Characters that JSON writes as a backslash and a letter, and the letters.
  private static final String NAMED = "\"\\\n\r\t";
  private static final String LETTERS = "\"\\nrt";

  static String row(Object... values) {
    return list(Arrays.asList(values));
  }

  static String of(Object value) {
    if (value == null)
      return "NULL";
    if (value instanceof Binary binary)
      return hex(binary.data());
    if (value instanceof byte[] bytes)
      return quoted(new String(bytes, StandardCharsets.UTF_8));
    if (value instanceof String text)
      return quoted(text);
    if (value instanceof AbstractChar<?> text)
      return quoted(text.getValue());
    if (value instanceof Double || value instanceof Float)
      return number(value);
    if (value instanceof BigDecimal decimal)
      return decimal.toPlainString();
    if (value instanceof ZonedDateTime time)
      return MILLIS.format(time.withZoneSameInstant(ZoneOffset.UTC));
    if (value instanceof Date time && time.getClass() == Date.class)
      return MILLIS.format(time.toInstant().atOffset(ZoneOffset.UTC));
    if (value instanceof Instant time)
      return NANOS.format(time.atOffset(ZoneOffset.UTC));
    if (value instanceof LocalDateTime time)
      return NANOS.format(time);
    if (value instanceof LocalDate date)
      return date.toString();
    if (value instanceof IntervalDayTime time)
      return BigInteger.valueOf(time.getTotalSeconds())
                 .multiply(BigInteger.valueOf(1000000000L))
                 .add(BigInteger.valueOf(time.getNanos()))
          + " ns";
    if (value instanceof IntervalYearMonth time)
      return time.getTotalMonths() + " months";
    if (value instanceof Struct struct)
      return struct(struct);
    if (value instanceof List<?> list)
      return list(list);
    if (value instanceof Map<?, ?> map)
      return map.entrySet()
          .stream()
          .map(entry -> of(entry.getKey()) + ": " + of(entry.getValue()))
          .sorted()
          .collect(Collectors.joining(", ", "{", "}"));
    if (value instanceof JsonValue json)
      return json(JsonParser.parseString(json.toString()));
    return value.toString();
  }

  private static String json(JsonElement value) {
    if (value.isJsonNull())
      return "NULL";
    if (value.isJsonArray()) {
      List<String> elements = new ArrayList<>();
      value.getAsJsonArray().forEach(element -> elements.add(json(element)));
      return "[" + String.join(", ", elements) + "]";
    }
    if (value.isJsonObject())
      return value.getAsJsonObject()
          .entrySet()
          .stream()
          .map(entry -> quoted(entry.getKey()) + ": " + json(entry.getValue()))
          .sorted()
          .collect(Collectors.joining(", ", "{", "}"));
    return value.getAsJsonPrimitive().isString() ? quoted(value.getAsString())
                                                 : value.getAsString();
  }

  private static String list(List<?> values) {
    return values.stream().map(Text::of).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String struct(Struct struct) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < struct.getFieldCount(); ++i) {
      if (i > 0)
        text.append(", ");
      text.append(struct.getFieldName(i)).append(": ").append(of(struct.getFieldValue(i)));
    }
    return text.append(")").toString();
  }

  private static String hex(byte[] bytes) {
    return "x" + HexFormat.of().formatHex(bytes);
  }

  /** Plain notation, always with a fraction. */
  private static String number(Object value) {
    double number = ((Number) value).doubleValue();
    if (Double.isNaN(number) || Double.isInfinite(number))
      return String.valueOf(number);
    String digits = new BigDecimal(value.toString()).abs().stripTrailingZeros().toPlainString();
    if (!digits.contains("."))
      digits += ".0";
    return Double.doubleToRawLongBits(number) < 0 ? "-" + digits : digits;
  }

  /** As JSON has it, everything but quotes, backslashes and control characters as it is. */
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      int named = NAMED.indexOf(c);
      if (named >= 0)
        out.append('\\').append(LETTERS.charAt(named));
      else if (c < 0x20)
        out.append(String.format("\\u%04x", (int) c));
      else
        out.append(c);
    }
    return out.append('"').toString();
  }

  private Text() {}
}
