internal import CPlatform

/// Log lines that libraries write with syslog(3).
package enum LibraryLog {
    /// Sets the name in their lines, and adds the process id.
    ///
    /// Call it again after a library may have called openlog(3) or closelog(3).
    package static func useName(_ name: StaticString) {
        // SAFETY: the text is null-terminated and static, as openlog(3) requires.
        unsafe cplatform_name_log(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    }
}
