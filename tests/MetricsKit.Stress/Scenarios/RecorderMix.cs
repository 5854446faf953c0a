using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>Small recorders under everything at once: bursts, pauses, flushes, short lives, idle blocks, sinks that fail, a stop in the middle. Seeded; the order of threads is the machine's.</summary>
static class RecorderMix
{
    const int Actors = 6;

    public static void Run(StressLedger ledger, Effort effort)
    {
        int rounds = effort.Of(60, 1_200);
        long samples = 0, refused = 0, dropped = 0, threads = 0;
        for (int seed = 0; seed < rounds; seed++)
        {
            int before = ledger.Wrong;
            Mix mix = new(ledger, (ulong)seed + 1);
            mix.Run();
            samples += mix.Writers.Sum(static w => (long)w.Accepted);
            refused += mix.Writers.Sum(static w => w.Refused);
            dropped += mix.Dropped;
            threads += mix.Writers.Count;
            if (ledger.Wrong > before) ledger.Says("that was seed", string.Create(CultureInfo.InvariantCulture, $"{seed}: {mix}"));
        }
        ledger.Says("recorders", rounds);
        ledger.Says("threads", threads);
        ledger.Says("refused", refused);
        ledger.Says("dropped", dropped);
        ledger.AtLeast("samples accepted", samples, effort.Of(2_000_000, 40_000_000));
    }

    sealed class Mix
    {
        const int MostThreads = 4_096;

        readonly StressLedger _ledger;
        readonly ulong _seed;
        readonly RecorderOptions _options;
        readonly RecorderSink[] _sinks;
        readonly RecorderRig _rig;
        readonly Lock _adding = new();
        readonly bool _stopsInTheMiddle, _fails;
        volatile bool _isOver;
        int _numbers;
        long _least;

        public Mix(StressLedger ledger, ulong seed)
        {
            (_ledger, _seed) = (ledger, seed);
            Random random = new((int)seed);
            _options = new()
            {
                Capacity = random.Next(3) == 0 ? 1_024 : 1_024 << random.Next(5),
                BlockSize = random.Next(3) switch { 0 => 64, 1 => 100, _ => 1_000 },
                FlushSize = random.Next(3) switch { 0 => 1, 1 => 100, _ => 1_000 },
                FlushInterval = TimeSpan.FromMilliseconds(10),
                Overload = (OverloadPolicy)random.Next(2),
            };
            _stopsInTheMiddle = random.Next(3) == 0;
            _fails = random.Next(3) == 0;
            bool mayMiss = _options.Overload == OverloadPolicy.DropOldest;
            int attempts = 0;
            _sinks = [.. Enumerable.Range(0, 2).Select(i => new RecorderSink($"sink{i}", ledger, MostThreads)
            {
                MayMiss = mayMiss,
                Before = i == 0 && _fails ? (_, _) => { if (Interlocked.Increment(ref attempts) % 64 == 0) throw new IOException("a failure of the mix"); } : null,
            })];
            _rig = new(ledger, _options, new() { QueueSamples = 1 << 26, QueueBytes = 1L << 32, MaxRetryDelay = TimeSpan.FromMilliseconds(10) }, _sinks);
        }

        public List<RecorderWriter> Writers { get; } = [];

        public long Dropped { get; private set; }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"capacity {_options.Capacity}, blocks of {_options.BlockSize}, flush at {_options.FlushSize}, {_options.Overload}{(_stopsInTheMiddle ? ", stopped in the middle" : "")}{(_fails ? ", failing" : "")}");

        public void Run()
        {
            Thread meddler = new(Meddle);
            meddler.Start();
            Lanes.Together(Actors, Act);
            _isOver = true;
            meddler.Join();
            if (_least < 0) _ledger.Complain($"{-_least} more room than there is");
            if (!_stopsInTheMiddle)
            {
                _rig.Carry();
                _rig.Account("before the stop", Writers, quiet: true);
                _rig.AccountRoom(quiet: true);
            }
            _rig.Stop(RecorderRig.Patience);
            if (Writers.Exists(static w => w.Record())) _ledger.Complain("a sample was accepted after the stop");
            _rig.Account("after the stop", Writers, quiet: true);
            Dropped = _rig.Recorder.Pump.DroppedOldest;
            long accepted = Writers.Sum(static w => (long)w.Accepted);
            foreach (var sink in _sinks)
            {
                if (sink.Taken + Dropped != accepted) _ledger.Complain($"{sink.Name}: {sink.Taken} taken and {Dropped} dropped of {accepted}");
                long unseen = Writers.Sum(w => w.Accepted - (long)sink.UpTo(w.Number));
                if (sink.Missing + unseen != Dropped) _ledger.Complain($"{sink.Name}: {sink.Missing} missing in between and {unseen} at the end of {Dropped} dropped");
            }
        }

        RecorderWriter NewWriter()
        {
            RecorderWriter writer = new(_rig.Series, Interlocked.Increment(ref _numbers) - 1);
            lock (_adding) Writers.Add(writer);
            return writer;
        }

        /// <summary>One thread of the mixture; some of its deeds are done by threads of their own.</summary>
        void Act(int actor)
        {
            Random random = new((int)(_seed * 31 + (ulong)actor));
            var writer = NewWriter();
            for (int deed = 0; deed < 150; deed++)
            {
                switch (random.Next(16))
                {
                    case < 8: writer.Record(random.Next(1, 2_000)); break;
                    case < 10: writer.Record(random.Next(1, 4)); break;
                    case 10: Thread.Yield(); break;
                    case 11: Pause(random.Next(1, 4)); break;
                    case 12 when random.Next(8) == 0: Pause(random.Next(20, 50)); break; // idle for more than an interval: its block may be revoked
                    case 13 when random.Next(3) == 0: Lanes.Once(() => NewWriter().Record(random.Next(1, 300))); break;
                    case 14 when random.Next(4) == 0: _rig.Flush(); break;
                    default: Thread.SpinWait(random.Next(2_000)); writer.Record(1); break;
                }
            }
        }

        /// <summary>Watches the room, flushes, and stops where the mix says so.</summary>
        void Meddle()
        {
            Random random = new((int)_seed);
            int stopAt = random.Next(5, 60);
            for (int look = 0; !_isOver; look++)
            {
                _least = Math.Min(_least, _rig.Recorder.Space.Lent);
                if (random.Next(8) == 0) _ = _rig.Recorder.ReadLedger();
                if (_stopsInTheMiddle && look == stopAt) _rig.Stop(RecorderRig.Patience);
                Pause(1);
            }
        }

        static void Pause(int milliseconds) => Thread.Sleep(milliseconds);
    }
}
