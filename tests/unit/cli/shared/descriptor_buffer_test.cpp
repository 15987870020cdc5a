#include "backend/cli/shared/descriptor_buffer.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <ostream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mxbalance::cli {
namespace {

TEST(DescriptorBuffer, WritesEverything) {
  std::array<char, 32> path{"/tmp/mxbalance-test-XXXXXX"};
  const int file = mkstemp(path.data());
  ASSERT_GE(file, 0);
  const std::string text(200000, 'x');
  {
    DescriptorBuffer buffer(file);
    std::ostream out(&buffer);
    out << text << 'y' << std::flush;
    EXPECT_TRUE(out);
    EXPECT_EQ(buffer.error(), 0);
  }
  std::string read(text.size() + 2, ' ');
  read.resize(static_cast<std::size_t>(pread(file, read.data(), read.size(), 0)));
  EXPECT_EQ(read, text + 'y');
  close(file);
  unlink(path.data());
}

TEST(DescriptorBuffer, KnowsWhyItCannotWrite) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  DescriptorBuffer buffer(full);
  std::ostream out(&buffer);
  for (int i = 0; i < 200000; ++i)
    out << 'x';
  EXPECT_FALSE(out);
  EXPECT_EQ(buffer.error(), ENOSPC);
  close(full);
}

TEST(DescriptorBuffer, KnowsThatItsReaderIsGone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  struct sigaction before {};
  sigaction(SIGPIPE, &ignore, &before);
  DescriptorBuffer buffer(ends[1]);
  std::ostream out(&buffer);
  out << "x" << std::flush;
  EXPECT_EQ(buffer.error(), EPIPE);
  sigaction(SIGPIPE, &before, nullptr);
  close(ends[1]);
}

}  // namespace
}  // namespace mxbalance::cli
