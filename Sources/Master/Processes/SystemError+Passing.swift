internal import Glibc
internal import Platform

extension SystemError {
    /// Whether a process that could not be started for this reason may start a little later.
    ///
    /// The system is short of processes, memory or descriptors, or the program's file is being written.
    var mayPass: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE, ENOBUFS, ETXTBSY].contains(number) }
}
