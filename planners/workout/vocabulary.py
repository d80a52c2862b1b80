"""The words that exercises are described with. Units are in the names; orders are those of the arrays."""

from __future__ import annotations

from enum import StrEnum


class Pattern(StrEnum):
    """The movement an exercise belongs to."""

    SQUAT = "squat"
    HINGE = "hinge"
    LUNGE = "lunge"
    HORIZONTAL_PUSH = "horizontal_push"
    VERTICAL_PUSH = "vertical_push"
    HORIZONTAL_PULL = "horizontal_pull"
    VERTICAL_PULL = "vertical_pull"
    CARRY = "carry"
    BRACE = "brace"
    TRUNK_FLEXION = "trunk_flexion"
    TRUNK_ROTATION = "trunk_rotation"
    ISOLATION = "isolation"
    CONDITIONING = "conditioning"
    JUMP = "jump"
    THROW = "throw"
    SPRINT = "sprint"
    SHUTTLE = "shuttle"
    RUN = "run"
    MARCH = "march"
    WALK = "walk"
    ROW = "row"
    BIKE = "bike"
    SWIM = "swim"
    ROPE = "rope"
    BOXING = "boxing"
    MOBILITY = "mobility"


RUNNING = (Pattern.RUN, Pattern.SPRINT, Pattern.SHUTTLE)
"""What `no_running` forbids and the longest-run rule counts."""

AEROBIC_MODES = (
    Pattern.RUN,
    Pattern.WALK,
    Pattern.ROW,
    Pattern.BIKE,
    Pattern.SWIM,
    Pattern.ROPE,
    Pattern.BOXING,
    Pattern.SPRINT,
    Pattern.SHUTTLE,
    Pattern.MARCH,
)
"""What is trained by minutes and not by sets of a muscle."""


class Muscle(StrEnum):
    """The seventeen muscle groups that sets are counted for."""

    ABDOMINALS = "abdominals"
    ABDUCTORS = "abductors"
    ADDUCTORS = "adductors"
    BICEPS = "biceps"
    CALVES = "calves"
    CHEST = "chest"
    FOREARMS = "forearms"
    GLUTES = "glutes"
    HAMSTRINGS = "hamstrings"
    LATS = "lats"
    LOWER_BACK = "lower_back"
    MIDDLE_BACK = "middle_back"
    NECK = "neck"
    QUADRICEPS = "quadriceps"
    SHOULDERS = "shoulders"
    TRAPS = "traps"
    TRICEPS = "triceps"


class Joint(StrEnum):
    """The joints that a restriction can spare; the words are those of the restrictions."""

    KNEE = "knee"
    HIP = "hip"
    ANKLE = "ankle"
    LOWER_BACK = "lower_back"
    SHOULDER = "shoulder"
    ELBOW = "elbow"
    WRIST = "wrist"
    NECK = "neck"


class Quality(StrEnum):
    """What training improves: the columns of the macro plan, and the uses of an exercise."""

    STRENGTH = "strength"  # few repetitions against a heavy load
    ENDURANCE = "endurance"  # muscular endurance: many repetitions, holds
    AEROBIC = "aerobic"  # easy, a conversation is possible
    THRESHOLD = "threshold"  # comfortably hard, 20-40 minutes of it
    SPEED = "speed"  # repeats near and above the pace of VO2max
    RUCK = "ruck"  # marching under load
    MOBILITY = "mobility"  # warm-up and cool-down


class LoadType(StrEnum):
    """How an exercise is dosed."""

    KG = "kg"  # repetitions with an outside load
    BODYWEIGHT = "bodyweight"  # repetitions
    TIME = "time"  # seconds
    DISTANCE = "distance"  # metres


class Basis(StrEnum):
    """The member's ability that an exercise's dose is a share of."""

    SQUAT = "squat"  # one-repetition maxima, kg
    DEADLIFT = "deadlift"
    BENCH = "bench"
    PRESS = "press"
    ROW = "row"
    FIXED = "fixed"  # the ratio is the load itself, kg
    PUSH_UP = "push_up"  # most repetitions
    PULL_UP = "pull_up"
    SIT_UP = "sit_up"
    AIR_SQUAT = "air_squat"
    PLANK = "plank"  # longest hold, s
    PACE_E = "pace_e"  # paces from VDOT, s/km: easy, threshold, interval, repetition
    PACE_T = "pace_t"
    PACE_I = "pace_i"
    PACE_R = "pace_r"
    WALK = "walk"  # brisk walk, s/km
    RUCK = "ruck"  # march under load, s/km
    NONE = ""  # a fixed dose by level


class Grade(StrEnum):
    """How much of something: impact on the legs, load on the spine."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Tested(StrEnum):
    """The movements that the services test: what an exercise can carry over to."""

    DEADLIFT = "deadlift"
    PUSH_UP = "push_up"
    HAND_RELEASE_PUSH_UP = "hand_release_push_up"
    SPRINT_DRAG_CARRY = "sprint_drag_carry"
    PLANK = "plank"
    PULL_UP = "pull_up"
    SIT_UP = "sit_up"
    REVERSE_CRUNCH = "reverse_crunch"
    DISTANCE_RUN = "distance_run"
    SHUTTLE_RUN = "shuttle_run"
    MOVEMENT_TO_CONTACT = "movement_to_contact"
    AMMO_LIFT = "ammo_lift"
    MANEUVER_UNDER_FIRE = "maneuver_under_fire"
    ROW = "row"
    SWIM = "swim"
    RUCK_MARCH = "ruck_march"
