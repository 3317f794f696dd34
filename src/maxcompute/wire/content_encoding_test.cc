#include "maxcompute/wire/content_encoding.h"

#include <gtest/gtest.h>

namespace otsstream::maxcompute {
namespace {

constexpr Codec kCodecs[] = {Codec::kDeflate, Codec::kZstd, Codec::kLz4Frame, Codec::kSnappyFramed};

TEST(ContentEncoding, NamesOfBothForms) {
  struct {
    Codec codec;
    const char* records;
    const char* arrow;
  } cases[] = {
      {Codec::kDeflate, "deflate", "deflate"},
      {Codec::kZstd, "zstd", "zstd"},
      {Codec::kLz4Frame, "x-lz4-frame", "x-odps-lz4-frame"},
      {Codec::kSnappyFramed, "x-snappy-framed", "x-snappy-framed"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(encoding_name(c.codec, BodyForm::kRecordStream), c.records);
    EXPECT_EQ(encoding_name(c.codec, BodyForm::kArrow), c.arrow);
    EXPECT_EQ(codec_of(c.records), c.codec);
    EXPECT_EQ(codec_of(c.arrow), c.codec);
  }
}

TEST(ContentEncoding, IdentityIsNone) {
  for (const char* text : {"", "identity", " Identity "}) {
    EXPECT_EQ(body_codec(text).value(), std::nullopt) << text;
    EXPECT_EQ(codec_of(text), std::nullopt) << text;
  }
  EXPECT_EQ(body_codec("X-Snappy-Framed").value(), Codec::kSnappyFramed);
  EXPECT_EQ(body_codec(" zstd ").value(), Codec::kZstd);
}

TEST(ContentEncoding, AnUnknownNameIsNamed) {
  for (const char* text : {"gzip", "br", "deflate, zstd", "x-lz4"}) {
    auto codec = body_codec(text);
    EXPECT_EQ(codec_of(text), std::nullopt) << text;
    ASSERT_FALSE(codec) << text;
    EXPECT_EQ(codec.error().code, "MaxCompute-Encoding");
    EXPECT_NE(codec.error().message.find(text), std::string::npos) << codec.error().message;
  }
}

TEST(ContentEncoding, WhatTheClientAccepts) {
  struct {
    const char* accept;
    std::optional<Codec> codec;
  } cases[] = {
      {"", std::nullopt},
      {"identity", std::nullopt},
      {"gzip, br", std::nullopt},
      {"*", std::nullopt},
      {"deflate", Codec::kDeflate},
      {"DEFLATE", Codec::kDeflate},
      {"gzip, deflate", Codec::kDeflate},
      {"zstd", Codec::kZstd},
      {"x-lz4-frame", Codec::kLz4Frame},
      {"x-odps-lz4-frame", Codec::kLz4Frame},
      {"x-snappy-framed", Codec::kSnappyFramed},
      {"deflate;q=0", std::nullopt},
      {"deflate;q=0.0, zstd;q=0.001", Codec::kZstd},
      {"deflate;q=0.5, zstd;q=0.8, x-lz4-frame;q=0.1", Codec::kZstd},
      {"deflate;q=0.5 , zstd ; q=0.5", Codec::kDeflate},
      {"identity, deflate;q=0.5", std::nullopt},
      {"identity;q=0.5, deflate", Codec::kDeflate},
      {"deflate;level=9;q=0.4, x-snappy-framed;q=0.5", Codec::kSnappyFramed},
      {"deflate;q=high", std::nullopt},
      {"deflate;q=", std::nullopt},
      {",, ;q=1,deflate,", Codec::kDeflate},
  };
  for (const auto& c : cases) EXPECT_EQ(accepted_codec(c.accept), c.codec) << c.accept;
}

TEST(ContentEncoding, EveryCodecIsAcceptedByItsName) {
  for (Codec codec : kCodecs) {
    for (BodyForm form : {BodyForm::kRecordStream, BodyForm::kArrow}) {
      EXPECT_EQ(accepted_codec(encoding_name(codec, form)), codec);
    }
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
