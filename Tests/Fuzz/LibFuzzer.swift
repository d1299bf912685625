import Glibc

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// The target that the environment names.
private let target: FuzzTarget = {
    // SAFETY: the variable is a terminated string, and nothing changes the environment.
    let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) }
    guard let found = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("FUZZ_TARGET is none of \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    }
    return found
}()

/// libFuzzer's main function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<Arguments?>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The main function, under the name that SwiftPM gives it.
@_cdecl("fuzz_main")
func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = unsafe (count, arguments)
    // SAFETY: the arguments are those of the process.
    return unsafe runDriver(&count, &arguments) { start, count in
        // SAFETY: libFuzzer's buffer has `count` bytes, and outlives the call.
        let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
        do throws(BrokenProperty) {
            try target.run(input)
        } catch {
            fatalError("broken property: \(error)")
        }
        return 0
    }
}
