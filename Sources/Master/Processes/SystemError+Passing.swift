internal import Glibc
internal import Platform

extension SystemError {
    /// Whether the failure to start a process is temporary.
    ///
    /// Processes, memory or descriptors are short, or the program's file is being written.
    var mayPass: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE, ENOBUFS, ETXTBSY].contains(number) }
}
