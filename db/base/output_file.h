// Writes the output file of a command. A pipe, a device or /dev/stdout is written into. A regular file is replaced
// as a whole, so that a reader finds either the old or the new content. Files have exactly the given mode,
// whatever the umask. Used by one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace mxbalance::db {

struct OutputPlace {
  std::string path;        ///< symbolic links are resolved, except for a stream
  bool is_stream = false;  ///< "-", standard output, or a file that is not regular
};

OutputPlace output_place(const std::string& path);

/// An output that receives the bytes in order.
class OutputStream {
 public:
  /// Opens `place`. A named pipe waits for its reader. Throws StoreFailure.
  explicit OutputStream(const OutputPlace& place);
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  bool is_terminal() const;

  /// Throws StoreFailure.
  void write(std::string_view bytes) const;

  /// Returns when the bytes are on the disk, if there is one.
  void sync() const;

 private:
  std::string path_;
  int descriptor_;
};

/// A new file beside `place`, with a unique name. It is removed in the end, unless it was moved to `place`. Locks
/// of this process on the file, such as SQLite's, must be released before this object is destroyed.
class PartialFile {
 public:
  /// Throws StoreFailure where the file cannot be created.
  PartialFile(std::string place, mode_t mode);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::string& path() const { return path_; }

  /// Writes `bytes`. All of them are on the disk when it returns. Throws StoreFailure.
  void write(std::string_view bytes) const;

  enum class Over {
    nothing,  ///< throws StoreFailure if a file is at `place` now, and keeps that file
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
