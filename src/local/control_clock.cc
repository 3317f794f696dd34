#include "config/json_out.h"
#include "local/control_params.h"
#include "local/control_parts.h"

namespace otsstream::local {

ControlAnswer show_clock(ControlCall& call) {
  const DataClock::State state = call.server.data_clock().state();
  JsonOut out;
  out.begin_object();
  out.member("now_us", state.now_us);
  out.member("lag_ms", state.lag_us / 1000);
  out.member("stopped", state.stopped);
  out.end_object();
  return std::move(out).take();
}

ControlAnswer change_clock(ControlCall& call) {
  OTS_TRY(ClockChange change, read_order(call, clock_params()));
  if (change.set_ms.has_value() + change.step_ms.has_value() + change.lag_ms.has_value() +
          change.stop.has_value() + change.run.has_value() !=
      1)
    return refuse_order("a clock change has exactly one member",
                        "set_ms, step_ms, lag_ms, stop or run");
  if (!change.stop.value_or(true) || !change.run.value_or(true))
    return refuse_order("\"stop\" and \"run\" take true only",
                        "say \"stop\": true or \"run\": true");
  DataClock& clock = call.server.data_clock();
  if (change.step_ms.value_or(0) > kLargestMs - clock.now_us() / 1000)
    return refuse_order("the time is out of range", "step by less");
  if (change.set_ms) OTS_CHECK(clock.set(*change.set_ms * 1000));
  if (change.step_ms) OTS_CHECK(clock.step(milliseconds(*change.step_ms)));
  if (change.lag_ms) clock.set_lag(milliseconds(*change.lag_ms));
  if (change.stop) clock.stop();
  if (change.run) clock.run();
  return show_clock(call);
}

}  // namespace otsstream::local
