internal import Frontend
internal import Glibc

exit(FrontendProgram.run(Array(CommandLine.arguments.dropFirst())))
