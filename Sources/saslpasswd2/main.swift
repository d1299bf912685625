import Glibc
import Platform

try? Rights.forbidCoreFiles()
let code = PasswordProgram.run(
    Array(CommandLine.arguments.dropFirst()),
    input: OwnedDescriptor(adopting: STDIN_FILENO),
    print: { StandardStream.output.write($0) },
    complain: { StandardStream.error.write($0) }
)
exit(code)
