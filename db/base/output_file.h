// Where a command writes the file that it was asked for. What is no regular file (a pipe, a device, /dev/stdout)
// is written into; a regular one is replaced as a whole, so that whoever reads it finds the old content or the
// new. Files have exactly the mode that is meant, whatever the umask. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace mxbalance::db {

struct OutputPlace {
  std::string path;        ///< with symbolic links followed; as it was given where it is a stream
  bool is_stream = false;  ///< "-", standard output, or what stands there and is no regular file
};

OutputPlace output_place(const std::string& path);

/// What bytes are written to as they come.
class OutputStream {
 public:
  /// Opens what stands at `place`; a named pipe waits for its reader. Throws StoreFailure.
  explicit OutputStream(const OutputPlace& place);
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  bool is_terminal() const;

  /// Throws StoreFailure.
  void write(std::string_view bytes) const;

  /// Returns when it is on the disk, where there is one.
  void sync() const;

 private:
  std::string path_;
  int descriptor_;
};

/// A new file beside `place`, with a name that no other has. It is removed again unless it was moved there. Locks
/// that this process has on it, such as SQLite's, must be gone when this object goes.
class PartialFile {
 public:
  /// Throws StoreFailure where it cannot be made.
  PartialFile(std::string place, mode_t mode);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::string& path() const { return path_; }

  /// Writes `bytes`, all of them on the disk when it returns. Throws StoreFailure.
  void write(std::string_view bytes) const;

  enum class Over {
    nothing,  ///< a file that came there meanwhile stays, and StoreFailure is thrown
    anything,
  };
  void move_to_place(Over over);

 private:
  void remove() const;

  std::string place_;
  std::string path_;
  int descriptor_;
  bool is_moved_ = false;
};

}  // namespace mxbalance::db
