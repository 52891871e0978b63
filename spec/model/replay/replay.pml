/* The replay memory, the window of a proof and its claim (token.md §8.1, verification.md stages 10 and 11), for Spin.
 *
 * Replicas check and claim proofs, again and again, while the clock moves and an operator starts the memory anew or changes the limits.
 * Time, proofs and replicas are few; steps are not bounded: Spin looks at every state.
 * A name below that begins with TWIN takes one rule away, and Spin must then find the assertion that fails. Other names narrow what is looked at:
 * STEADY (the clock never goes back), STEADY_LIMITS, NO_RESTART, AT_ONCE (a check is claimed in the same step); or choose the store: BY_AGE.
 * NOBODY_REFUSED asks instead whether V1101 ever refuses, for what was forgotten, a proof that V1005 would have.
 */

#ifndef TIMES
#define TIMES 7       /* seconds 0..TIMES-1 on the clock; dates of proofs too */
#endif
#ifndef PROOFS
#define PROOFS 2
#endif
#ifndef REPLICAS
#define REPLICAS 2
#endif
#ifndef WIDEST
#define WIDEST 2      /* window is 1..WIDEST, skew 0..SKEWEST */
#endif
#define SKEWEST 1

#ifdef TWIN_PRIVATE   /* each replica has a memory of its own, under one audience */
#define MEMORIES REPLICAS
#define MINE (_pid * PROOFS)
#else
#define MEMORIES 1
#define MINE 0
#endif
#define LATER(a, b) ((a) > (b) -> (a) : (b))

byte clock;
byte window = WIDEST, skew = SKEWEST;
byte date[PROOFS];                     /* `iat` */
bit held[PROOFS * MEMORIES];           /* remembered, through the second `until` */
byte until[PROOFS * MEMORIES];
byte remembers_from;                   /* V1101: the first date of which nothing was forgotten */
byte began;                            /* V1101: the beginning */
byte pending;                          /* checks that are not claimed yet */
bit ready;                             /* dates are chosen */
bit admitted[PROOFS];                  /* what really happened; no verifier reads it */
byte last;                             /* the first second after all in which anything was admitted */
byte most_skew = SKEWEST;              /* the greatest skew ever in force */

/* V1005, V1006 */
#ifdef TWIN_NO_OLD
#define in_window(p, now) (date[p] <= now + skew)
#else
#ifdef TWIN_NO_NEW
#define in_window(p, now) (date[p] + window + skew >= now)
#else
#define in_window(p, now) (date[p] + window + skew >= now && date[p] <= now + skew)
#endif
#endif

/* V1101 for what was before this memory. */
#ifdef TWIN_NO_YOUNG
#define young(p) false
#else
#ifdef TWIN_YOUNG_WITHOUT_SKEW
#define young(p) (date[p] < began)
#else
#define young(p) (date[p] < began + skew)
#endif
#endif

/* V1101 for what this memory has forgotten: by date, or (BY_AGE) by the clock of a store that only drops entries by age. */
#ifdef BY_AGE          /* such a store needs a steady clock, and a new beginning where the window is raised */
#ifdef TWIN_NO_AGE
#define forgotten(p) false
#else
#define forgotten(p) (date[p] + window + skew < clock)
#endif
#else
#ifdef TWIN_NO_FLOOR
#define forgotten(p) false
#else
#define forgotten(p) (date[p] < remembers_from)
#endif
#endif

/* ProofUse::keep_until: window + 2 × skew from now, and for as long as the date makes it acceptable. */
#ifdef TWIN_SHORT
#define keep(p, now) (now + window + skew)
#else
#define keep(p, now) LATER(now + window + 2 * skew, date[p] + window + skew)
#endif

#define refused(p) (young(p) || forgotten(p) || held[MINE + p])

/* Entries whose time is over may be dropped, or not yet: an implementation drops a few per claim. */
inline forget(now) {
    e = 0;
    do
    :: e < PROOFS ->
        if
        :: held[MINE + e] && until[MINE + e] < now ->
            held[MINE + e] = 0; until[MINE + e] = 0;
            remembers_from = LATER(remembers_from, date[e] + 1)
        :: true
        fi;
        e++
    :: else -> break
    od;
    e = 0
}

inline insert(p, now) {
    held[MINE + p] = 1;
    until[MINE + p] = keep(p, now)
}

/* What must hold of every admission. */
inline admit(p, now) {
    printf("replica %d admits proof %d, dated %d, checked at %d, clock %d\n", _pid, p, date[p], now, clock);
    assert(!admitted[p]);                                             /* once */
    assert(date[p] <= now + skew && now <= date[p] + window + skew);  /* within its window, at the time of the check */
#ifdef BY_AGE
    assert(clock <= date[p] + window + skew);                         /* and even at the time of the claim */
#endif
    admitted[p] = 1;
    last = LATER(last, now + 1)
}

inline begin() {
    e = 0;
    do
    :: e < PROOFS * MEMORIES -> held[e] = 0; until[e] = 0; e++
    :: else -> break
    od;
    e = 0;
    remembers_from = 0;
#ifdef TWIN_BEGAN_BY_CLOCK
    began = clock;
#else
#ifdef TWIN_LOWERED_SKEW
    began = LATER(clock, last);
#else
    /* the first second in which no memory before admitted anything, later by as much as the skew was lowered since */
    began = LATER(clock, last + most_skew - skew);
#endif
#endif
    printf("the memory begins at %d\n", began)
}

active [REPLICAS] proctype replica() {
    byte p, now, e;
    ready;
    do
    ::  atomic {
            /* check: anybody shows any proof */
            select(p : 0 .. PROOFS - 1);
            now = clock;
            if
            :: in_window(p, now) && !refused(p) -> pending++
#ifdef NOBODY_REFUSED
            :: in_window(p, now) && !young(p) && !held[MINE + p] && forgotten(p) ->
                printf("proof %d, dated %d, is refused at %d\n", p, date[p], now); assert(false)
#endif
            :: else -> p = 0; now = 0; goto again
            fi
        }
#ifdef AT_ONCE
        atomic {
#endif
#ifdef TWIN_CHECK_THEN_SET
        /* claim: looks up, then inserts */
        atomic { forget(now); if :: refused(p) -> goto over :: else fi }
        atomic { insert(p, now); admit(p, now) }
#else
        /* claim: one step, at any later time, with the time of the check */
        atomic {
            forget(now);
            if
            :: refused(p)
            :: else -> insert(p, now); admit(p, now)
            fi
        }
#endif
#ifdef AT_ONCE
        }
#endif
over:   atomic { pending--; p = 0; now = 0 }
again:  skip
    od
}

/* Time passes; where the clock is not STEADY, it is set back as well. */
active proctype time() {
    ready;
    do
    :: atomic { clock < TIMES - 1 -> clock++ }
#ifndef STEADY
    :: atomic { clock > 0 -> clock--; printf("the clock is set back to %d\n", clock) }
#endif
    od
}

/* What the operator does: start the memory anew, change the window, start anew with another skew (which ends what is pending). */
active proctype operator() {
    byte s, e;
    ready;
    do
#ifndef STEADY_LIMITS
    :: atomic {
           pending == 0 -> s = window; select(window : 1 .. WIDEST);
#if defined(BY_AGE) && !defined(TWIN_RAISED)
           /* what is kept for a narrower window goes too early for this one: as if the memory began anew */
           if :: window > s -> began = LATER(clock, last + most_skew - skew) :: else fi;
#endif
           s = 0
       }
#endif
#ifndef NO_RESTART
    :: atomic { pending == 0 -> select(s : 0 .. SKEWEST); skew = s; s = 0; begin() }
    :: atomic { begin() }
#endif
    :: false
    od
}

init {
    byte p;
    atomic {
        p = 0;
        do
        :: p < PROOFS -> select(clock : 0 .. TIMES - 1); date[p] = clock; p++
        :: else -> break
        od;
        clock = 0; p = 0; ready = 1
    }
}

/* Not vacuous: Spin must find a state in which this is so. */
#ifdef REACH_FORGOTTEN  /* a used proof is forgotten, and the memory goes on */
#define REACH (admitted[0] && !held[0] && admitted[1] && remembers_from > 0)
#endif
#ifdef REACH_RESTARTED  /* the memory began anew, and both proofs are used, one before, one after */
#define REACH (began > 0 && admitted[0] && !held[0] && admitted[1] && held[1])
#endif
#ifdef REACH
active proctype reached() {
    atomic { REACH -> assert(false) }
}
#endif
