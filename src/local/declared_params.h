#pragma once
// A set of declared parameters that lives as long as the process.

#include "config/param.h"

namespace otsstream::local {

// `declare` fills the set when it is asked for first; unknown keys are errors. One set per T.
template <class T>
const ParamSet<T>& declared_params(void (*declare)(ParamSet<T>&)) {
  static const ParamSet<T>* set = [declare] {
    static ParamSet<T> made;
    made.unknown_keys(UnknownKeys::kErrorEach);
    declare(made);
    return &made;
  }();
  return *set;
}

}  // namespace otsstream::local
