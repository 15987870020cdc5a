#include "db/zones/staged_writes.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "db/base/errors.h"

namespace mxbalance::db {

namespace {

// The fields of each kind of write, listed once for packing and unpacking.
template <typename Pack>
void pack_fields(Pack& pack, Record& record) {
  pack(record.name, record.type, record.content, record.ttl);
}
template <typename Pack>
void pack_fields(Pack& pack, RecordAddition& addition) {
  pack(addition.record, addition.order_name, addition.auth);
}
template <typename Pack>
void pack_fields(Pack& pack, RrsetReplacement& replacement) {
  pack(replacement.name, replacement.type, replacement.records);
}
template <typename Pack>
void pack_fields(Pack& pack, MetadataReplacement& replacement) {
  pack(replacement.kind, replacement.values);
}
template <typename Pack>
void pack_fields(Pack& pack, KeyAddition& addition) {
  pack(addition.key.id, addition.key.flags, addition.key.active, addition.key.published, addition.key.content);
}
template <typename Pack>
void pack_fields(Pack& pack, KeyRemoval& removal) {
  pack(removal.id);
}
template <typename Pack>
void pack_fields(Pack& pack, KeyChange& change) {
  pack(change.id, change.active, change.published);
}

class Packing {
 public:
  explicit Packing(std::string& to) : to_(to) {}

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (put(fields), ...);
  }

 private:
  template <typename Field>
  void put(Field& field) {
    if constexpr (std::is_arithmetic_v<Field>) {
      to_.append(reinterpret_cast<const char*>(&field), sizeof field);
    } else {
      pack_fields(*this, field);
    }
  }
  void put(std::string& text) {
    put_size(text.size());
    to_ += text;
  }
  template <typename Field>
  void put(std::optional<Field>& field) {
    put_size(field ? 1 : 0);
    if (field) put(*field);
  }
  template <typename Field>
  void put(std::vector<Field>& fields) {
    put_size(fields.size());
    for (auto& field : fields)
      put(field);
  }
  void put_size(std::size_t size) { put(size); }

  std::string& to_;
};

class Unpacking {
 public:
  explicit Unpacking(std::string_view from) : from_(from) {}

  [[nodiscard]] bool is_at_end() const { return from_.empty(); }

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (take(fields), ...);
  }

 private:
  template <typename Field>
  void take(Field& field) {
    if constexpr (std::is_arithmetic_v<Field>) {
      std::memcpy(&field, from_.data(), sizeof field);
      from_.remove_prefix(sizeof field);
    } else {
      pack_fields(*this, field);
    }
  }
  void take(std::string& text) {
    const auto size = take_size();
    text = from_.substr(0, size);
    from_.remove_prefix(size);
  }
  template <typename Field>
  void take(std::optional<Field>& field) {
    if (take_size() != 0) take(field.emplace());
  }
  template <typename Field>
  void take(std::vector<Field>& fields) {
    for (auto left = take_size(); left > 0; --left)
      take(fields.emplace_back());
  }
  std::size_t take_size() {
    std::size_t size = 0;
    take(size);
    return size;
  }

  std::string_view from_;
};

void pack(std::string& to, ZoneWrite& write) {
  std::size_t kind = write.index();
  Packing packing(to);
  packing(kind);
  std::visit([&](auto& one) { packing(one); }, write);
}

/// An empty write of the kind with this index in ZoneWrite.
template <std::size_t index = 0>
ZoneWrite write_of_kind(std::size_t kind) {
  if constexpr (index + 1 < std::variant_size_v<ZoneWrite>) {
    if (kind != index) return write_of_kind<index + 1>(kind);
  }
  return ZoneWrite(std::in_place_index<index>);
}

void unpack(std::string_view packed, const std::function<void(const ZoneWrite&)>& work) {
  Unpacking unpacking(packed);
  while (!unpacking.is_at_end()) {
    std::size_t kind = 0;
    unpacking(kind);
    ZoneWrite write = write_of_kind(kind);
    std::visit([&](auto& one) { unpacking(one); }, write);
    work(write);
  }
}

/// Runs `work` on the temporary file, and turns errors of SQLite into StoreFailure.
template <typename Work>
auto with_temporary_file(const Work& work) {
  try {
    return work();
  } catch (const SQLite::Exception& failure) {
    throw StoreFailure(fmt::format(
        "a transaction that is larger than {} bytes is kept in a temporary file, which fails: {}; make "
        "room in /var/tmp, or name another directory in TMPDIR",
        StagedWrites::most_in_memory, failure.what()));
  }
}

}  // namespace

/// A database without a name. SQLite deletes its file when it opens it.
class StagedWrites::File {
 public:
  File() : database_("", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    database_.exec(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -256;"
        "CREATE TABLE pieces (id INTEGER PRIMARY KEY, writes BLOB NOT NULL)");
  }

  void append(const std::string& writes) {
    SQLite::Statement insert(database_, "INSERT INTO pieces (writes) VALUES (?)");
    insert.bindNoCopy(1, writes.data(), static_cast<int>(writes.size()));
    insert.exec();
  }

  /// The first piece with an id above `id`; sets `id` to the id of this piece. Absent when there are no more.
  std::optional<std::string> after(std::int64_t& id) {
    SQLite::Statement query(database_, "SELECT id, writes FROM pieces WHERE id > ? ORDER BY id LIMIT 1");
    query.bind(1, id);
    if (!query.executeStep()) return std::nullopt;
    id = query.getColumn(0).getInt64();
    const auto writes = query.getColumn(1);
    return std::string(static_cast<const char*>(writes.getBlob()), static_cast<std::size_t>(writes.getBytes()));
  }

 private:
  SQLite::Database database_;
};

StagedWrites::StagedWrites() = default;
StagedWrites::StagedWrites(StagedWrites&& other) noexcept = default;
StagedWrites& StagedWrites::operator=(StagedWrites&& other) noexcept = default;
StagedWrites::~StagedWrites() = default;

StagedWrites::StagedWrites(std::initializer_list<ZoneWrite> writes) {
  for (const auto& write : writes)
    push_back(write);
}

StagedWrites::StagedWrites(const std::vector<ZoneWrite>& writes) {
  for (const auto& write : writes)
    push_back(write);
}

void StagedWrites::push_back(ZoneWrite write) {
  if (!problem_.empty()) throw StoreFailure(problem_);
  pack(in_memory_, write);
  if (in_memory_.size() >= most_in_memory) move_to_file();
}

/// Moves the writes in memory to the file. After an error the file cannot be used: without a journal, a partial
/// write is not rolled back.
void StagedWrites::move_to_file() {
  try {
    with_temporary_file([&] {
      if (!file_) file_ = std::make_unique<File>();
      file_->append(in_memory_);
    });
  } catch (const StoreFailure& failure) {
    problem_ = failure.what();
    file_.reset();
    in_memory_ = std::string();
    throw;
  }
  in_memory_.clear();
  if (in_memory_.capacity() > 2 * most_in_memory) in_memory_.shrink_to_fit();
}

void StagedWrites::for_each(const std::function<void(const ZoneWrite&)>& work) const {
  if (!problem_.empty()) throw StoreFailure(problem_);
  if (file_) {
    std::int64_t id = 0;
    while (const auto piece = with_temporary_file([&] { return file_->after(id); }))
      unpack(*piece, work);
  }
  unpack(in_memory_, work);
}

void choose_temporary_directory(const std::string& path) {
  for (const char* const variable : {"SQLITE_TMPDIR", "TMPDIR"}) {
    const char* const directory =
        std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): no thread is running yet
    if (directory != nullptr && ::access(directory, W_OK | X_OK) == 0) return;
  }
  for (const char* const directory : {"/var/tmp", "/usr/tmp", "/tmp"}) {
    if (::access(directory, W_OK | X_OK) == 0) return;
  }
  const auto directory = std::filesystem::absolute(path).parent_path().string();
  ::sqlite3_free(std::exchange(sqlite3_temp_directory, ::sqlite3_mprintf("%s", directory.c_str())));
}

}  // namespace mxbalance::db
