// GetStreamRecord answers: any bytes give an error or records, never more.

#include "tablestore/wire/stream_page.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  auto page = tablestore::StreamPage::skim(
      SharedBuffer(std::string(reinterpret_cast<const char*>(data), size)));
  if (!page) return 0;
  tablestore::StreamRecordView record;
  for (size_t i = 0; i < page->record_count(); ++i) (void)page->decode(i, record);
  return 0;
}
