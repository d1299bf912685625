internal import CPlatform

/// What libraries write into the system's log with syslog(3).
package enum LibraryLog {
    /// Has their lines bear `name` and the process id.
    ///
    /// To be called again after a library may have called openlog(3) or closelog(3).
    package static func useName(_ name: StaticString) {
        // SAFETY: the text is terminated and stays where it is, as openlog(3) asks.
        unsafe cplatform_name_log(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    }
}
