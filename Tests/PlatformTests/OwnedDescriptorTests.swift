import Glibc
import Testing

@testable import Platform

@Suite struct OwnedDescriptorTests {
    @Test func `a descriptor is closed at its owner's end and not before`() throws {
        let number: CInt
        do {
            let file = try OwnedDescriptor.open("/dev/null", O_RDONLY)
            number = file.rawValue
            #expect(fcntl(number, F_GETFD) == FD_CLOEXEC)
        }
        #expect(fcntl(number, F_GETFD) == -1)
    }

    @Test func `closing what another has closed is a bug and stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let file = try OwnedDescriptor.open("/dev/null", O_RDONLY)
            close(file.rawValue)
        }
    }

    @Test func `a file in memory is read from its beginning`() throws {
        let file = try OwnedDescriptor.memory(named: "test", holding: "some text")
        #expect(try file.readAll(limit: 100) == Array("some text".utf8))
    }

    @Test func `an error says what was tried on what and why`() {
        let error = #expect(throws: SystemError.self) { _ = try OwnedDescriptor.open("/nonexistent/file", O_RDONLY) }
        #expect(error?.description == "open /nonexistent/file: No such file or directory")
    }
}
