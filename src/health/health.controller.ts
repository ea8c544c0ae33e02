import { Controller, Get, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { PublicRoute } from '../auth/route-access.js';
import { HealthService } from './health.service.js';

export class HealthAnswer {
  @ApiProperty({ enum: ['up', 'down'], example: 'up' })
  readonly status!: 'up' | 'down';

  @ApiProperty({ description: 'Why it is down', required: false, example: 'The database cannot be read' })
  readonly reason?: string;
}

/** For the load balancer and the container runtime. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @PublicRoute()
  @ApiOperation({ summary: 'Is the process alive' })
  @ApiOkResponse({ type: HealthAnswer, description: 'It answers' })
  live(): HealthAnswer {
    return { status: 'up' };
  }

  @Get('ready')
  @PublicRoute()
  @ApiOperation({
    summary: 'Should this instance get calls',
    description: 'The database is reachable and migrated, and the instance is not shutting down.',
  })
  @ApiOkResponse({ type: HealthAnswer, description: 'Yes' })
  @ApiServiceUnavailableResponse({ type: HealthAnswer, description: 'No, and why' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthAnswer> {
    const reason = await this.health.findObstacle();
    response.status(reason ? 503 : 200);
    return reason ? { status: 'down', reason } : { status: 'up' };
  }
}
