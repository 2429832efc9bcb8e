# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The museum of real bugs
#
# Fifteen trainers that do not work as they should. Each retells a mistake that somebody made in earnest, in a course
# like this one; each is correct Python, runs without a word of complaint, and has exactly one bad line. There are no
# points here. It is the place to practise what nobody teaches: to see from a curve *what kind* of thing is wrong, and
# only then to look for it in the code.
#
# **How to visit.** `museum.show(name)` draws what the trainer does as it is, over what it does when it is healthy. Look
# at the curve first. What could make it look like this? Say it aloud, then click below the curve and read the source. When you
# have a line, `print(museum.accuse(name, line))` says whether it is the one and what has to stand there instead, or
# why it is innocent. Accusing every line in turn works, too; but then the museum has taught you nothing.
#
# Rows of `data.X` are examples; `lab.batches(data.X, 32)` gives the places of all examples in a new order, in pieces of
# 32; `lab.share_right` is the accuracy; `lab.network(64, 32, 10)` is linear, ReLU, linear. None of these is the culprit.

# %% free=true
# %matplotlib inline
from gradwise import museum

print(*museum.names(), sep="\n")

# %% [markdown]
# ## First room: layers
#
# Five trainers with dropout or batch normalization: layers that do one thing in training and another in the exam.
#
# `too_bright`: dropout switches units off and scales the others up, so that the mean stays. Here the mean is {{too_bright: ill | .2f}} times
# as large. If the scale is right, which share of the units has stayed?

# %% free=true
museum.show("too_bright")

# %% free=true
print(museum.accuse("too_bright", 1))  # put the number of your suspect in the place of the 1

# %% [markdown]
# `learns_by_heart`: 50 examples, one in seven with a wrong label. Up to which epoch do both curves do the same?

# %% free=true
museum.show("learns_by_heart")

# %% [markdown]
# `nervous_at_the_exam`: the band shows three seeds. Training itself is as it should be. What does a network need in the
# exam that it does not need in training?

# %% free=true
museum.show("nervous_at_the_exam")

# %% [markdown]
# `forgets_at_the_exam`: $\log 10 = 2.3$ is the loss of somebody who guesses. This one has learned a good deal, and cannot
# say it with conviction. What makes logits large?

# %% free=true
museum.show("forgets_at_the_exam")

# %% [markdown]
# `fades_away`: what would the same amount of weight decay do to a layer that has no weights?

# %% free=true
museum.show("fades_away")

# %% [markdown]
# ## Second room: steps
#
# Gradients, optimizers and learning rates. Three of these six passed a test that their authors had been given, and
# each time the test had chosen its numbers unluckily.
#
# `tires_early`: the vertical axis is how far a step goes, in learning rates. For Adam the first step is 1, whatever the
# gradient. Which tests would such an Adam pass?

# %% free=true
museum.show("tires_early")

# %% [markdown]
# `falls_asleep`: the first step is right here, too. Something is growing; what could make steps vanish?

# %% free=true
museum.show("falls_asleep")

# %% [markdown]
# `deaf_to_its_rate`: the ratio of the curves is 10 at the start. Which two of its numbers have this ratio, or a ratio of
# 100?

# %% free=true
museum.show("deaf_to_its_rate")

# %% [markdown]
# `crawls`: compare the twentieth epoch of the one with the first epoch of the other. By which factor is it slower?

# %% free=true
museum.show("crawls")

# %% [markdown]
# `only_the_first_time`: three runs in a row, of twelve epochs each, with the same code. What is left over from a run
# that the next one finds?

# %% free=true
museum.show("only_the_first_time")

# %% [markdown]
# `cannot_be_sure`: ten classes. What is the cross-entropy of an answer that gives the right class a logit of 1 and all
# others 0?

# %% free=true
museum.show("cannot_be_sure")

# %% [markdown]
# ## Third room: judges
#
# Here training is as it should be, and what is said about it is not; or the data are not what they seem.
#
# `still_rehearsing`: the same network, asked twice, gives two answers. Where does the chance come from?

# %% free=true
museum.show("still_rehearsing")

# %% [markdown]
# `too_good_to_be_true`: the classes are coin flips. How can a share of right answers never fall?

# %% free=true
museum.show("too_good_to_be_true")

# %% [markdown]
# `remembers_the_last`: the lowest loss of all epochs can never rise. This one does.

# %% free=true
museum.show("remembers_the_last")

# %% [markdown]
# `learns_nothing`: the loss of somebody who guesses, for twenty epochs. The gradients are right, the rate is good.

# %% free=true
museum.show("learns_nothing")

# %% [markdown]
# ## On the way out
#
# Which test would have caught them? Not one of these bugs needs a large experiment.
#
# | The test | would have caught |
# |---|---|
# | Compare with the library after *six* steps, from a state that is not zero, with numbers that differ from each other (learning rate, 1 − ρ, β₁, β₂) | `tires_early`, `falls_asleep`, `deaf_to_its_rate` |
# | Compare the gradient with differences of the loss | `crawls` |
# | Measure a random layer: its mean, the share of units that it lets through | `too_bright`, `learns_by_heart` |
# | Ask the network twice, and once with a single example, in evaluation mode | `still_rehearsing`, `nervous_at_the_exam` |
# | Test with γ and β that are not 1 and 0 | `forgets_at_the_exam` |
# | Learn ten examples by heart: if the loss does not reach 0, do not go on | `cannot_be_sure`, `learns_nothing` |
# | Repeat a run, with the same seed, in the same process | `only_the_first_time` |
# | Put in labels that are pure chance: what is better than chance is a leak | `too_good_to_be_true` |
# | Evaluate once more what you have restored | `remembers_the_last` |
# | Look at the parameters themselves now and then | `fades_away` |
#
# Each curve was run again with twelve fresh seeds, and again with half of the examples. What it shows, it shows there too:
# `too_bright` ({{too_bright}}), `learns_by_heart` ({{learns_by_heart}}),
# `nervous_at_the_exam` ({{nervous_at_the_exam}}), `forgets_at_the_exam` ({{forgets_at_the_exam}}),
# `fades_away` ({{fades_away}}), `tires_early` ({{tires_early}}), `falls_asleep` ({{falls_asleep}}),
# `deaf_to_its_rate` ({{deaf_to_its_rate}}), `crawls` ({{crawls}}), `only_the_first_time` ({{only_the_first_time}}),
# `cannot_be_sure` ({{cannot_be_sure}}), `still_rehearsing` ({{still_rehearsing}}),
# `too_good_to_be_true` ({{too_good_to_be_true}}), `remembers_the_last` ({{remembers_the_last}}),
# `learns_nothing` ({{learns_nothing}}).
#
# You know these tests: the hidden checks of this course are made of them. Write such checks for your own code, before
# you train for a night.
