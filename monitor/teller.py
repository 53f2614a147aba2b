"""The teller: follows the record, and tells. A process of its own, which writes nothing that the worker reads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from monitor import channels, kinds
from monitor.alerts import Channel
from monitor.channels import Gone, Letter, NotSent, Refused, Tools, open_tools, slack, teams, webhook
from monitor.clock import Clock
from monitor.config import Config
from monitor.following import CHANNEL, Follower
from monitor.mishaps import Mishaps
from monitor.sending import Lane
from monitor.store import Delivery, Outbox, StoreError, Subscribers, open_outbox, open_subscribers
from monitor.store.subscribers import CONFIRM, LEAVE, MANAGE, REQUEST
from monitor.table import Secret
from monitor.telling.message import Message
from monitor.telling.payload import payload
from monitor.telling.receiver import WAYS, Subscriber, Wish
from statuspage.i18n import Language
from statuspage.letters import CONFIRMING, LEAVING, MANAGING, READ, WHY, Letters

LOOK_SECONDS = 0.5
TRIES = 4
FORGET_SECONDS = 3600.0
HOOKS = {"webhook": webhook, "slack": slack, "teams": teams}
log = logging.getLogger(__name__)


class Teller:
    """Tells over one configuration."""

    def __init__(self, config: Config, clock: Clock, outbox: Outbox, subscribers: Subscribers, tools: Tools) -> None:
        self._config = config
        self._clock = clock
        self._outbox = outbox
        self._subscribers = subscribers
        self._tools = tools
        self._channels = {each.id: each for each in config.telling.channels}
        self._languages = Letters(config).languages
        self._store = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._mishaps = Mishaps(clock)
        names = [*(CHANNEL + each for each in self._channels), *(WAYS if config.telling.sign_up else ())]
        self._lanes = [Lane(name, outbox, clock, self.send, self._store, self._mishaps) for name in names]

    async def run(self, stop: asyncio.Event) -> None:
        """Follow and tell until ``stop``. What is being sent then has a while to come to its end, so that nobody is told twice."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for lane in self._lanes:
                    tasks.create_task(lane.run(), name=lane.name)
                others = [tasks.create_task(each) for each in (self._follow(), self._forget())]
                await stop.wait()
                for task in others:
                    task.cancel()
                for lane in self._lanes:
                    lane.end()
        finally:
            self._store.shutdown()  # what it is at is finished before its files are closed

    async def _follow(self) -> None:
        loop, url = asyncio.get_running_loop(), self._config.storage.url.reveal()
        follower: Follower | None = None
        is_failing = False
        try:
            while True:
                try:
                    if follower is None:
                        follower = await loop.run_in_executor(self._store, self._follower, url)
                    made = await loop.run_in_executor(self._store, follower.follow)
                    is_failing = False
                    if made:
                        for lane in self._lanes:
                            lane.wake.set()
                except StoreError as error:
                    if not is_failing:
                        log.warning("the record cannot be followed yet: %s", error)
                    is_failing = True
                except Exception as error:  # noqa: BLE001 -- the next look may be better
                    self._mishaps.met(error, "following the record")
                await asyncio.sleep(LOOK_SECONDS * (10 if is_failing else 1))
        finally:
            if follower:
                self._store.submit(follower.close)

    def _follower(self, url: str) -> Follower:
        # Its own view of the subscribers: it looks in another thread than those who send.
        subscribers = open_subscribers(url, self._clock)
        return Follower(self._config, self._clock, self._outbox, subscribers, self._mishaps)

    async def _forget(self) -> None:
        lanes = [each.name for each in self._lanes]
        while True:
            await self._keep("what is long ago cannot be let go yet", lambda: self._outbox.forget(lanes))
            await self._keep("what nobody confirmed cannot be let go yet", self._subscribers.forget)
            await asyncio.sleep(FORGET_SECONDS)

    async def _keep(self, otherwise: str, work: Callable[[], object]) -> None:
        """Do something in the files that is not worth another try; ``otherwise`` is logged when it cannot be done."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._store, work)
        except StoreError as error:
            log.warning("%s: %s", otherwise, error)

    # -- one delivery ------------------------------------------------------------------------------------------------------

    async def send(self, delivery: Delivery) -> None:
        """Send it to its receiver. NotSent or Refused when it could not be."""
        if delivery.lane.startswith(CHANNEL):
            channel = self._channels.get(delivery.receiver)
            if channel is None:
                raise Refused("there is no such channel any more")
            await tell(channel, self._tools, letter(delivery.message, self._config, self._languages, channel.language))
        elif delivery.receiver.startswith(REQUEST):
            name = delivery.receiver.removeprefix(REQUEST)
            wish = self._subscribers.wish_of(name)
            if wish is None:
                raise Refused("it was confirmed already, or is too old")
            await self._write(wish, self._asking(delivery.message, wish, name))
        else:
            subscriber = self._subscribers.subscriber(delivery.receiver)
            if subscriber is None:
                raise Refused("they left")
            await self._tell(subscriber, self._told(delivery.message, subscriber))

    async def _tell(self, to: Subscriber, made: Letter) -> None:
        """Send it to a subscriber. Where nobody is any more, the subscription ends."""
        try:
            await self._write(to.wish, made)
        except Gone as error:
            await self._keep(
                "that nobody is there could not be kept", partial(self._refused, to, error.times, str(error))
            )
            raise
        if to.refused:
            await self._keep("that somebody is there could not be kept", partial(self._subscribers.reached, to.id))

    def _refused(self, to: Subscriber, times: int, why: str) -> None:
        if self._subscribers.refused(to.id, times, why):
            log.info("a subscription by %s ended, nobody is there: %s; see meetlat subscribers ended", to.wish.way, why)

    def _told(self, message: Message, to: Subscriber) -> Letter:
        made = letter(message, self._config, self._languages, to.wish.language)
        language = self._languages.get(to.wish.language) or next(iter(self._languages.values()))
        keys = self._subscribers.keys
        manage = f"{self._address}/subscription/{language.code}/{keys.token(MANAGE, to.id)}"
        return replace(
            made,
            footer=language.text(WHY) % {"name": self._config.page.name},
            leave=f"{self._address}/leave/{language.code}/{keys.token(LEAVE, to.id)}",
            leaving=language.text(LEAVING),
            manage=manage,
            managing=language.text(MANAGING),
            payload={**made.payload, "subscription": manage},
        )

    def _asking(self, message: Message, wish: Wish, name: str) -> Letter:
        made = letter(message, self._config, self._languages, wish.language)
        language = self._languages.get(wish.language) or next(iter(self._languages.values()))
        url = f"{self._address}/confirm/{language.code}/{self._subscribers.keys.token(CONFIRM, name)}"
        told = {**made.payload, "url": url}
        if wish.way == "webhook":
            told["data"] = {"secret": self._subscribers.keys.secret(wish.address)}
        return replace(made, url=url, link=language.text(CONFIRMING), payload=told)

    @property
    def _address(self) -> str:
        sign_up = self._config.telling.sign_up
        if sign_up is None:
            raise NotSent("there is no table [subscribe]", everybody=True)
        return sign_up.url.rstrip("/")

    async def _write(self, wish: Wish, made: Letter) -> None:
        """Send it to a stranger."""
        if wish.way == "email":
            if self._tools.post is None:
                raise NotSent("there is no table [mail]", everybody=True)
            await self._tools.post.send(wish.address, made)
            return
        kind, own = HOOKS[wish.way], {"url": Secret("", wish.address), "is_strangers": True}
        if wish.way == "webhook":
            own["secret"] = Secret("", self._subscribers.keys.secret(wish.address))
        await kind.send(kind.Settings(**own), self._tools, made)


def letter(message: Message, config: Config, languages: Mapping[str, Language], wanted: str) -> Letter:
    """A message in a language, as a letter to nobody in particular."""
    code, words = message.spoken(wanted)
    language = languages.get(code) or next(iter(languages.values()))
    page = {"name": config.page.name, "url": config.page.url}
    return Letter(
        message.id,
        message.at,
        code,
        config.page.name,
        urlsplit(config.page.url).hostname or "localhost",
        words.title,
        words.text,
        words.html,
        words.url,
        language.text(READ),
        payload(message, code, page),
    )


async def tell_until_stopped(config: Config, clock: Clock, stop: asyncio.Event) -> None:
    """Tell over this configuration until ``stop``; what was sent by then is noted. StoreError when another teller does."""
    url, told = config.storage.url.reveal(), config.telling
    outbox = await _opened(url, clock)
    try:
        subscribers = open_subscribers(url, clock)
        reach = told.sign_up.reach if told.sign_up else ()
        async with open_tools(clock, told.mail, reach, config.network.forbidden) as tools:
            await Teller(config, clock, outbox, subscribers, tools).run(stop)
        subscribers.close()
    finally:
        outbox.close()


async def _opened(url: str, clock: Clock) -> Outbox:
    """The outbox. At the first start of all the form may be making its file just now, which takes a moment."""
    for _ in range(TRIES):
        try:
            return open_outbox(url, clock)
        except StoreError:
            await asyncio.sleep(LOOK_SECONDS)
    return open_outbox(url, clock)


async def tell(channel: Channel, tools: Tools, made: Letter) -> None:
    """Tell a channel of the operators. NotSent or Refused when it could not be told."""
    await kinds.load(channels, channel.kind).send(channel.settings, tools, made)
