using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace MetricsKit;

/// <summary>What the file sink needs of Linux and .NET does not give, or gives wrongly: .NET reports no error of <c>fsync</c>, follows symbolic links, and does not say which file a path means.</summary>
[SupportedOSPlatform("linux")]
static partial class Posix
{
    const int ReadOnly = 0, ReadWrite = 2, CloseOnExec = 0x80000;
    const int LockExclusiveNow = 2 | 4;
    const int LockNoMore = 8;
    const int EmptyPath = 0x1000, NoFollowPath = 0x100;
    const uint BasicStatus = 0x7FF;

    const int NoEntry = 2, Interrupted = 4, WouldBlock = 11, NotADirectory = 20, TooManyLinks = 40;

    // struct statx is the same on all processors, other than struct stat: linux/stat.h.
    const int StatusBytes = 256, LinksAt = 16, ModeAt = 28, InodeAt = 32, SizeAt = 40, DeviceAt = 136;
    const int TypeMask = 0xF000, RegularType = 0x8000;

    // The one flag here that differs between processors: asm/fcntl.h.
    static readonly int _noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>Opens a file that exists, to read and write, unless its path ends in a symbolic link.</summary>
    internal static SafeFileHandle Open(string path)
    {
        int descriptor = OpenCore(path, ReadWrite | CloseOnExec | _noFollow);
        if (descriptor < 0) throw Failure("open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Has the content of a file, and its length, on the disk; an error of the disk is thrown.</summary>
    internal static void SyncData(SafeFileHandle handle, string path)
    {
        while (SyncDataCore(handle) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("fdatasync", path);
        }
    }

    /// <summary>Has the names of a directory on the disk.</summary>
    internal static void SyncDirectory(string path)
    {
        int descriptor = OpenCore(path, ReadOnly | CloseOnExec);
        if (descriptor < 0) throw Failure("open", path);
        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        while (SyncCore(handle) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("fsync", path);
        }
    }

    /// <summary>Takes the lock of an open file, which the system gives back when the process ends, however it ends; false: somebody else has it.</summary>
    internal static bool TryLock(SafeFileHandle handle, string path)
    {
        while (LockCore(handle, LockExclusiveNow) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock) return false;
            if (error != Interrupted) throw Failure("flock", path);
        }
        return true;
    }

    /// <summary>Gives the lock of an open file back, also where a process that is just being started holds a copy of the file: closing ours would leave the lock to it.</summary>
    internal static void Unlock(SafeFileHandle handle) => _ = LockCore(handle, LockNoMore);

    /// <summary>What a path means at this moment; null: nothing.</summary>
    internal static FileIdentity? Look(string path)
    {
        const int WorkingDirectory = -100;
        Span<byte> status = stackalloc byte[StatusBytes];
        if (StatusCore(WorkingDirectory, path, NoFollowPath, BasicStatus, status) == 0) return Read(status);
        return Marshal.GetLastPInvokeError() is NoEntry or NotADirectory ? null : throw Failure("statx", path);
    }

    /// <summary>What an open file is at this moment.</summary>
    internal static FileIdentity Look(SafeFileHandle handle, string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        return StatusCore(handle, "", EmptyPath, BasicStatus, status) == 0 ? Read(status) : throw Failure("statx", path);
    }

    static FileIdentity Read(ReadOnlySpan<byte> status) => new(
        MemoryMarshal.Read<ulong>(status[DeviceAt..]), MemoryMarshal.Read<ulong>(status[InodeAt..]), MemoryMarshal.Read<int>(status[LinksAt..]),
        MemoryMarshal.Read<long>(status[SizeAt..]), (MemoryMarshal.Read<ushort>(status[ModeAt..]) & TypeMask) == RegularType);

    static IOException Failure(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string says = error == TooManyLinks ? "it is a symbolic link, and is not followed" : Marshal.GetPInvokeErrorMessage(error);
        return new($"{call} of '{path}' failed: {says}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCore(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncDataCore(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncCore(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockCore(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusCore(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusCore(SafeFileHandle handle, string path, int flags, uint mask, Span<byte> status);
}
