namespace MetricsKit.Tests.Collectors.Proc;

/// <summary>Files as real machines wrote them.</summary>
static class Samples
{
    public const string Stat = """
        cpu  14810 0 4242 305762 3433 0 410 635 0 0
        cpu0 3216 0 808 77990 77 0 149 143 0 0
        cpu1 3317 0 697 78046 46 0 77 132 0 0
        cpu2 3021 0 875 78017 179 0 41 180 0 0
        cpu3 5255 0 1860 71708 3130 0 141 178 0 0
        intr 383201 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 5 0 0 0 0 164 50 0 26 1 106058 0 1772
        ctxt 991481
        btime 1795223772
        processes 4512
        procs_running 3
        procs_blocked 0
        softirq 233889 0 21713 5 3502 106058 0 2 49934 0 52675

        """;

    public const string MemInfo = """
        MemTotal:       24683672 kB
        MemFree:        24013156 kB
        MemAvailable:   24305680 kB
        Buffers:          150004 kB
        Cached:           292428 kB
        SwapCached:            0 kB
        Active:           310816 kB
        Active(anon):       1524 kB
        HugePages_Total:       0
        Hugepagesize:       2048 kB
        DirectMap1G:    25165824 kB

        """;

    public const string NetDev = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
          ifb0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
          eth0: 134666301    3892    0    0    0     0          0         0   228323    2441    0    0    0     0       0          0
         wlan0:    1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
        docker0:   5000      10    0    0    0     0          0         0     6000      20    0    0    0     0       0          0

        """;

    public const string LoadAvg = "0.76 0.57 0.26 2/99 4512\n";

    public const string SelfStat =
        "4511 (cat) R 4421 4421 3502 0 -1 4194304 99 0 0 0 7 5 0 0 20 0 13 0 82282 3133440 350 18446744073709551615 94531407704064 "
        + "94531407723945 140722284090560 0 0 0 0 0 0 0 0 0 17 2 0 0 0 0 0 94531407739952 94531407741568 94532183232512 "
        + "140722284091875 140722284091895 140722284091895 140722284093419 0\n";

    public const string MountInfo = """
        22 27 0:21 / /proc rw,relatime - proc proc rw
        23 27 0:22 / /sys rw,relatime - sysfs sysfs rw
        24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=12334312k,nr_inodes=3083578,mode=755
        25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24683672k
        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard,resv_strict,resuid=65534,resgid=65534
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        50 27 254:1 / /data rw,relatime shared:7 master:3 - xfs /dev/vdb1 rw
        51 27 254:1 /sub /srv/sub rw,relatime shared:7 - xfs /dev/vdb1 rw
        52 27 8:17 / /media/my\040disk\134one rw - vfat /dev/sdb1 rw
        53 27 0:50 / /mnt/nas rw - nfs4 nas:/export rw,vers=4.2
        54 27 0:51 / /mnt/share rw - cifs //server/share rw
        55 27 0:52 / /mnt/ssh rw - fuse.sshfs me@server:/ rw
        56 27 0:53 / /mnt/c rw - 9p drvfs rw
        57 27 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro
        58 27 0:54 / /var/lib/docker/overlay2/abc/merged rw - overlay overlay rw
        59 27 0:55 / /tank rw - zfs tank rw
        60 27 0:56 / /run/user/1000 rw - tmpfs tmpfs rw

        """;
}
