import CometWire
import Glibc

/// An open regular file.
final class OpenFile: Sendable {
  /// What tells one state of a file from another.
  struct Version: Equatable, Sendable {
    let device: UInt
    let inode: UInt
    let size: Int
    let modified: Int
    let nanoseconds: Int
    /// Of the last change of any kind: setting the time of modification back does not hide what was written.
    let changed: Int
    let changedNanoseconds: Int

    init(path: String) throws(RequestError) {
      var status = stat()
      guard stat(path, &status) == 0 else { throw .file(errno) }
      guard let version = Self(status) else { throw .noSuchFile }
      self = version
    }

    /// Nil for what is no regular file.
    fileprivate init?(_ status: stat) {
      guard status.st_mode & S_IFMT == S_IFREG else { return nil }
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
      size = Int(status.st_size)
      modified = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
      changed = status.st_ctim.tv_sec
      changedNanoseconds = status.st_ctim.tv_nsec
    }

    /// Changes with the bytes, as far as the file system can tell.
    var tag: EntityTag {
      EntityTag(
        [inode, UInt(bitPattern: size), UInt(bitPattern: changed), UInt(bitPattern: changedNanoseconds)]
          .map { String($0, radix: 16) }.joined(separator: "-"))
    }
  }

  let version: Version
  private let descriptor: Int32

  init(path: String) throws(RequestError) {
    // Opening a pipe or a device could wait for somebody at its other end.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw .file(errno) }
    var status = stat()
    guard fstat(opened, &status) == 0, let version = Version(status) else {
      Glibc.close(opened)
      throw .noSuchFile
    }
    descriptor = opened
    self.version = version
  }

  deinit { close(descriptor) }

  /// Bytes of the file, at least one.
  func read(_ range: Range<Int>) throws -> [UInt8] {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      count = pread(descriptor, buffer.baseAddress, range.count, range.lowerBound)
      initialized = max(0, count)
    }
    guard count > 0 else { throw Shortened() }
    return bytes
  }

  /// The file is shorter than it was when its length was sent.
  struct Shortened: Error {}
}

/// The part of a file that is an answer's body. The file stays open until the last copy of this value is gone.
struct FileBody: Sendable {
  let file: OpenFile
  let range: Range<Int>
}

extension RequestError {
  /// For what is absent, and for what is not to be shown: which of the two is nobody's business.
  static let noSuchFile = RequestError(.notFound, "There is no such file.")

  /// Why a file cannot be had, by the system's error.
  static func file(_ code: Int32) -> RequestError {
    switch code {
    // The server has too much to do, or the disk fails: that says nothing about what is there (RFC 9110 §15.6.4).
    case EMFILE, ENFILE, ENOMEM, EIO:
      RequestError(.serviceUnavailable, "The server cannot read its files now. Ask again later.")
    default: noSuchFile
    }
  }
}
